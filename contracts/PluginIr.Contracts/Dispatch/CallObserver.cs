namespace PluginIr.Dispatch;

/// <summary>Sees calls as they are dispatched: counting, tracing. Sees specs, never data.</summary>
public abstract class CallObserver
{
    /// <summary>Called on the calling thread after a kernel was chosen and before it runs. Must not throw.</summary>
    /// <param name="snapshot">The snapshot that was read.</param>
    /// <param name="op">The op's <see cref="OpId"/>.</param>
    /// <param name="kernel">The chosen kernel's index in the snapshot.</param>
    /// <param name="traits">The call's traits.</param>
    /// <param name="arguments">The inputs without their data.</param>
    public abstract void OnCall(Snapshot snapshot, int op, int kernel, CallTraits traits, in SpecArguments arguments);
}
