namespace PluginIr.Hosting.Events;

/// <summary>What happened to a plugin.</summary>
public enum PluginEventKind
{
    /// <summary>A folder has been incomplete for longer than <c>SettleTime</c>, as in the middle of being copied. It is still waited for.</summary>
    Incomplete,

    /// <summary>A build was loaded and registered; nothing serves of it yet.</summary>
    Loaded,

    /// <summary>A loaded build's kernels do as native does, and are compiled.</summary>
    Proved,

    /// <summary>A generation went into the registry.</summary>
    Published,

    /// <summary>A build was refused. What served before still does.</summary>
    Refused,

    /// <summary>A plugin was taken out of the registry; the detail says whether its folder is gone or not configured any more, or the host stops.</summary>
    Removed,

    /// <summary>A kernel is offered no more calls: it threw too often, or it does not do as an op's new native definition does.</summary>
    SetAside,

    /// <summary>A kernel that was set aside for an op's definition is offered calls again: it does as the definition's next build does.</summary>
    Restored,

    /// <summary>Calls have been inside a replaced generation for longer than <c>DrainDeadline</c>. It is kept until they return.</summary>
    Overdue,

    /// <summary>No call is inside a replaced generation any more.</summary>
    Drained,

    /// <summary>A replaced generation is gone from memory; one that leaked, when what kept it has let go.</summary>
    Unloaded,

    /// <summary>A replaced generation stays in memory.</summary>
    Leaked,
}
