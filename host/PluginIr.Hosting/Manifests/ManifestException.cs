namespace PluginIr.Hosting.Manifests;

/// <summary>A plugin's manifest, or its folder, is not as it must be.</summary>
/// <param name="message">Names the manifest, what was expected, what was found and what to do.</param>
/// <param name="isIncomplete">True when the folder may be in the middle of being copied, so that waiting can help.</param>
/// <param name="inner">The cause.</param>
public sealed class ManifestException(string message, bool isIncomplete = false, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>True when the folder may be in the middle of being copied, so that waiting can help.</summary>
    public bool IsIncomplete { get; } = isIncomplete;
}
