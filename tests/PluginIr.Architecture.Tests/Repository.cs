using System.Reflection;
using System.Xml.Linq;

namespace PluginIr.Architecture.Tests;

/// <summary>The repository as it lies on disk.</summary>
internal static class Repository
{
    private static readonly string s_configuration =
        typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The folder with the solution, upwards from where the tests were built.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The projects of a top-level folder.</summary>
    public static IEnumerable<(string Name, XDocument Project)> ProjectsIn(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)
        .Select(f => (Path.GetFileNameWithoutExtension(f), XDocument.Load(f)));

    /// <summary>The built assembly of a project, of the configuration that the tests were built in.</summary>
    public static string Assembly(string folder, string project) =>
        Path.Combine(Root, folder, project, "bin", s_configuration, "net10.0", project + ".dll");

    /// <summary>The source files of a top-level folder, without what builds make.</summary>
    public static IEnumerable<string> SourcesIn(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(Root, f).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "PluginIr.sln")) ? folder
        : Path.GetDirectoryName(folder) is { } parent ? FindRoot(parent)
        : throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has PluginIr.sln; build the tests inside the repository.");
}
