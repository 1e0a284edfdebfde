namespace PluginIr.Runtime.Priority;

/// <summary>What happens when an explicitly configured provider cannot serve a call.</summary>
public enum WhenUnavailable
{
    /// <summary>The next in the platform's list serves it, native last. Warned once for each op.</summary>
    Fallback,

    /// <summary>The call fails; at start, the configuration does when none of the named providers can serve the op at all.</summary>
    Fail,
}
