using System.Reflection;

namespace PluginIr.Benchmarks.Detailed;

/// <summary>Folders of the checkout that this was built in.</summary>
internal static class Folders
{
    /// <summary>The plugins that were built.</summary>
    public static string Plugins => Path.Combine(Artifacts, "plugins");

    /// <summary>Where BenchmarkDotNet writes.</summary>
    public static string Results => Path.Combine(Artifacts, "benchmarks");

    private static string Artifacts =>
        typeof(Folders).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ArtifactsDirectory").Value!;
}
