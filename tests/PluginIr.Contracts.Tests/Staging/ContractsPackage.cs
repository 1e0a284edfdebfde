using System.Reflection;

namespace PluginIr.Contracts.Tests.Staging;

/// <summary>The package that vendors reference, made from what these tests were built with. It goes with the tests.</summary>
public sealed class ContractsPackage : IAsyncLifetime
{
    /// <summary>The build role's file, as it lies in this repository.</summary>
    public static string Targets { get; } = Metadata("PluginTargets");

    /// <summary>The folder that it lies in, alone.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("pluginir-tests-").FullName;

    /// <summary>Makes it.</summary>
    public async ValueTask InitializeAsync()
    {
        (int exitCode, string output) = await Dotnet.RunAsync("pack", Metadata("ContractsProject"), "-c", Metadata("Configuration"), "--no-build", "-o", Folder);
        Assert.True(exitCode == 0, output);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string Metadata(string key) => typeof(ContractsPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
