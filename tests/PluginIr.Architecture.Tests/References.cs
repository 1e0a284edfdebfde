using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace PluginIr.Architecture.Tests;

/// <summary>What projects and assemblies refer to.</summary>
internal static class References
{
    /// <summary>The projects of this repository that a project refers to, as projects or as assemblies; not those that only its compiler loads.</summary>
    public static IEnumerable<string> ToProjects(XDocument project)
    {
        IEnumerable<string> projects = project.Descendants("ProjectReference")
            .Where(r => (string?)r.Attribute("OutputItemType") != "Analyzer")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
        IEnumerable<string> assemblies = project.Descendants("Reference")
            .Select(r => ((string)r.Attribute("Include")!).Split(',')[0])
            .Where(name => name.StartsWith("PluginIr.", StringComparison.Ordinal));
        return projects.Concat(assemblies);
    }

    /// <summary>The packages that a project needs at run time.</summary>
    public static IEnumerable<string> ToPackages(XDocument project) => project.Descendants("PackageReference")
        .Where(r => ((string?)r.Attribute("PrivateAssets") ?? (string?)r.Element("PrivateAssets")) != "all")
        .Select(r => (string)r.Attribute("Include")!);

    /// <summary>The assemblies that a built one refers to, less those of the base library.</summary>
    public static IReadOnlyList<string> BeyondTheBaseLibrary(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        MetadataReader metadata = reader.GetMetadataReader();
        return
        [
            .. metadata.AssemblyReferences
                .Select(r => metadata.GetString(metadata.GetAssemblyReference(r).Name))
                .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name is not ("netstandard" or "mscorlib")),
        ];
    }
}
