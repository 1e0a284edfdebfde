namespace PluginIr.Cli;

/// <summary>What a command does with the host.</summary>
internal enum ApplicationKind
{
    /// <summary>Looks once.</summary>
    Reading,

    /// <summary>Works for a while, and follows the plugins' folders meanwhile.</summary>
    Working,

    /// <summary>Serves until it is told to stop; follows plugins and configuration, and logs as a server does.</summary>
    Headless,
}
