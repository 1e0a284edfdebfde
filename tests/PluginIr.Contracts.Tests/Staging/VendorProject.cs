namespace PluginIr.Contracts.Tests.Staging;

/// <summary>A vendor's plugin, outside of this repository, that is built as vendors build. It goes with the test.</summary>
internal sealed class VendorProject : IDisposable
{
    // An apostrophe, as in many a person's folder.
    private readonly string _root = Directory.CreateTempSubdirectory("pluginir's-tests-").FullName;

    /// <summary>Writes a project that has the contracts and their targets from this repository.</summary>
    /// <param name="properties">Properties of its own, as XML.</param>
    public VendorProject(string properties = "")
        : this("net10.0", properties, $"""<Reference Include="{typeof(Tensor).Assembly.Location}" Private="false" />""", $"""<Import Project="{ContractsPackage.Targets}" />""")
    {
    }

    private VendorProject(string framework, string properties, string reference, string import)
    {
        Write("Kernels.cs", "public static class Kernels;");
        Write("Kernels.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>{framework}</TargetFramework>
                <PluginIrRole>plugin</PluginIrRole>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {reference}
                <None Include="data/**" CopyToOutputDirectory="PreserveNewest" />
              </ItemGroup>
              {import}
            </Project>
            """);
    }

    /// <summary>Writes a project that has the contracts from their package. Nothing else is fetched, and nothing stays in the user's packages.</summary>
    /// <param name="package">The package.</param>
    /// <param name="framework">The project's target framework.</param>
    public static VendorProject Of(ContractsPackage package, string framework) => new(
        framework,
        $"<RestoreSources>{package.Folder}</RestoreSources><RestorePackagesPath>packages</RestorePackagesPath>",
        """<PackageReference Include="PluginIr.Contracts" Version="*" ExcludeAssets="runtime" />""",
        import: "");

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
    public Task<(int ExitCode, string Output)> BuildAsync(params string[] properties) =>
        Dotnet.RunAsync(["build", PathOf("Kernels.csproj"), "-p:Configuration=Release", .. properties.Select(p => $"-p:{p}")]);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
