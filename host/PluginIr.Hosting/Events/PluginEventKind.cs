namespace PluginIr.Hosting.Events;

/// <summary>What happened to a plugin.</summary>
public enum PluginEventKind
{
    /// <summary>A build was loaded, registered and, unless proof is off, proved; nothing serves of it yet.</summary>
    Loaded,

    /// <summary>A generation went into the registry.</summary>
    Published,

    /// <summary>A build was refused. What served before still does.</summary>
    Refused,

    /// <summary>A plugin was taken out of the registry, because its folder is gone.</summary>
    Removed,

    /// <summary>No call is inside a replaced generation any more.</summary>
    Drained,

    /// <summary>A replaced generation is gone from memory.</summary>
    Unloaded,

    /// <summary>A replaced generation stays in memory.</summary>
    Leaked,
}
