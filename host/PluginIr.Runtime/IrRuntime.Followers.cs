using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

// Who prepares for snapshots. Held weakly: a compiled graph that nobody uses any more follows no longer.
public sealed partial class IrRuntime
{
    private readonly List<WeakReference<ISnapshotFollower>> _followers = [];

    /// <summary>Tells a follower of every snapshot from now on, for as long as somebody else refers to it.</summary>
    /// <param name="follower">The follower.</param>
    /// <param name="start">Prepares for the present snapshot; none is published meanwhile.</param>
    public void Follow(ISnapshotFollower follower, Action<RegistrySnapshot> start)
    {
        ArgumentNullException.ThrowIfNull(follower);
        ArgumentNullException.ThrowIfNull(start);
        lock (_writer)
        {
            start(Registry);
            _followers.RemoveAll(f => !f.TryGetTarget(out _));
            _followers.Add(new WeakReference<ISnapshotFollower>(follower));
        }
    }

    private void TellFollowers(Action<ISnapshotFollower> tell)
    {
        foreach (WeakReference<ISnapshotFollower> reference in _followers)
        {
            if (!reference.TryGetTarget(out ISnapshotFollower? follower))
                continue;
            try
            {
                tell(follower);
            }
            catch (Exception failure)
            {
                // A follower's fault must not keep a generation from being published; it prepares on the spot when it runs.
                Log.FollowerFailed(_logger, failure);
            }
        }
    }
}
