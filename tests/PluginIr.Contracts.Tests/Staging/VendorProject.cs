using System.Diagnostics;
using System.Reflection;

namespace PluginIr.Contracts.Tests.Staging;

/// <summary>A vendor's plugin, outside of this repository, that is built as vendors build. It goes with the test.</summary>
internal sealed class VendorProject : IDisposable
{
    // An apostrophe, as in many a person's folder.
    private readonly string _root = Directory.CreateTempSubdirectory("pluginir's-tests-").FullName;

    /// <summary>Writes the project.</summary>
    /// <param name="properties">Properties of its own, as XML.</param>
    public VendorProject(string properties = "")
    {
        Write("Kernels.cs", "public static class Kernels;");
        Write("Kernels.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <PluginIrRole>plugin</PluginIrRole>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{typeof(Tensor).Assembly.Location}" Private="false" />
                <None Include="data/**" CopyToOutputDirectory="PreserveNewest" />
              </ItemGroup>
              <Import Project="{typeof(VendorProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PluginTargets").Value}" />
            </Project>
            """);
    }

    /// <summary>Where it is staged unless it is told otherwise.</summary>
    public string Staged => PathOf("artifacts/plugins/Kernels");

    /// <summary>A path within the project's folder.</summary>
    public string PathOf(string path) => Path.Combine(_root, path);

    /// <summary>Writes a file of the project.</summary>
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    /// <summary>The files below a folder of the project, in order.</summary>
    public string[] FilesIn(string folder) =>
        [.. Directory.EnumerateFiles(PathOf(folder), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(PathOf(folder), f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>Builds it.</summary>
    /// <param name="properties">Properties given on the command line, as <c>Name=Value</c>.</param>
    public async Task<(int ExitCode, string Output)> BuildAsync(params string[] properties)
    {
        // No servers: what the test starts ends with it.
        var start = new ProcessStartInfo(
            "dotnet", ["build", PathOf("Kernels.csproj"), "-c", "Release", "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. properties.Select(p => $"-p:{p}")])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
