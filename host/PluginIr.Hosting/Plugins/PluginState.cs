namespace PluginIr.Hosting.Plugins;

/// <summary>Where a plugin's folder stands.</summary>
public enum PluginState
{
    /// <summary>Its kernels are in the registry.</summary>
    Serving,

    /// <summary>Its folder is incomplete, as in the middle of being copied; it is loaded when it is complete.</summary>
    Waiting,

    /// <summary>Its build was refused and no earlier one serves; it is tried again when its manifest changes.</summary>
    Refused,
}
