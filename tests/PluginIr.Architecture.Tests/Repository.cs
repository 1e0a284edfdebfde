using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace PluginIr.Architecture.Tests;

/// <summary>The repository as it lies on disk.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Metadata("RepositoryRoot"));

    /// <summary>The projects of a top-level folder, by name.</summary>
    public static IReadOnlyDictionary<string, string> ProjectsIn(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f));

    /// <summary>The projects that a project refers to, those that only its compiler loads apart.</summary>
    public static IEnumerable<string> ReferencesOf(string project) => Items(project, "ProjectReference")
        .Where(r => (string?)r.Attribute("OutputItemType") != "Analyzer")
        .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));

    /// <summary>The packages that a project refers to.</summary>
    public static IEnumerable<string> PackagesOf(string project) => Items(project, "PackageReference").Select(r => (string)r.Attribute("Include")!);

    /// <summary>The assemblies that a project's built assembly refers to.</summary>
    public static IReadOnlyList<string> AssembliesReferencedBy(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        string dll = Path.Combine(Path.GetDirectoryName(project)!, "bin", Metadata("Configuration"), "net10.0", name + ".dll");
        using var reader = new PEReader(File.OpenRead(dll));
        MetadataReader metadata = reader.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))];
    }

    /// <summary>The source files of a top-level folder, without what builds make.</summary>
    public static IEnumerable<string> SourcesIn(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(Root, f).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static IEnumerable<XElement> Items(string project, string kind) => XDocument.Load(project).Descendants(kind);

    private static string Metadata(string key) => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
