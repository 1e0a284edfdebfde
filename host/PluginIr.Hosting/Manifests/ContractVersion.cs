using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PluginIr.Hosting.Manifests;

/// <summary>The version of the contracts: equal majors understand each other, and a newer minor offers more.</summary>
/// <param name="Major">Changes when something that plugins use changes or goes.</param>
/// <param name="Minor">Changes when something is added.</param>
public readonly record struct ContractVersion(int Major, int Minor)
{
    /// <summary>The version of the contracts that this host runs with.</summary>
    public static ContractVersion Host { get; } = Of(typeof(Tensor).Assembly.GetName().Version!);

    /// <summary>Reads <c>1.0</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ContractVersion version)
    {
        version = default;
        string[] parts = text?.Split('.') ?? [];
        if (parts.Length != 2 ||
            !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) ||
            !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor))
            return false;
        version = new ContractVersion(major, minor);
        return true;
    }

    /// <summary>The version of the contracts that an assembly was compiled against; null when it references none or is no assembly.</summary>
    /// <param name="assembly">The assembly's file. It is read, not loaded.</param>
    public static ContractVersion? OfReferenceIn(string assembly)
    {
        try
        {
            using FileStream file = File.OpenRead(assembly);
            using var image = new PEReader(file);
            MetadataReader metadata = image.GetMetadataReader();
            string contracts = typeof(Tensor).Assembly.GetName().Name!;
            foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences)
            {
                AssemblyReference reference = metadata.GetAssemblyReference(handle);
                if (metadata.StringComparer.Equals(reference.Name, contracts))
                    return Of(reference.Version);
            }

            return null;
        }
        catch (Exception damaged) when (damaged is BadImageFormatException or InvalidOperationException)
        {
            // Loading it says so with more words.
            return null;
        }
    }

    /// <summary>Why a plugin built for <paramref name="plugin"/> cannot run on this version; null when it can.</summary>
    public string? Refusal(ContractVersion plugin) =>
        plugin.Major != Major
            ? $"it was built for contract version {plugin} and this host runs {this}; the majors must be equal. " +
              $"Build it against PluginIr.Contracts {Major}.{Minor}, or run it in a host of major {plugin.Major}"
        : plugin.Minor > Minor
            ? $"it was built for contract version {plugin} and this host runs {this}, which is older. " +
              $"Update the host, or build the plugin against PluginIr.Contracts {this}"
        : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static ContractVersion Of(Version version) => new(version.Major, version.Minor);
}
