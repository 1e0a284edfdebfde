namespace PluginIr.Cli.Soaking.Faults;

/// <summary>Where a faulty build goes.</summary>
internal enum FaultPlace
{
    /// <summary>Over the good build that serves: it must never take its place.</summary>
    Over,

    /// <summary>Beside it, in a folder of its own, and is not expected to serve.</summary>
    Beside,

    /// <summary>Beside it, where it serves until its folder is removed: its fault shows only then, or later.</summary>
    Serving,
}
