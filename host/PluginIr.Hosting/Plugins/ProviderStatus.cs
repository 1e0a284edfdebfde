namespace PluginIr.Hosting.Plugins;

/// <summary>What an operator wants to know of one provider.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Device">The kind of device that it works on.</param>
/// <param name="Reason">Why it cannot be used here; null when it can.</param>
public sealed record ProviderStatus(string Name, string Device, string? Reason)
{
    /// <summary>True when it can be used here.</summary>
    public bool IsSupported => Reason is null;
}
