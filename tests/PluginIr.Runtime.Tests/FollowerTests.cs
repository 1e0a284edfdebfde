using System.Runtime.CompilerServices;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>Followers prepare for a snapshot before calls can enter it.</summary>
public sealed class FollowerTests
{
    [Fact]
    public void A_follower_starts_from_the_present_snapshot_and_is_told_of_each_next_one_before_and_after_it_is_published()
    {
        IrRuntime ir = Generations.Runtime("everything");
        var follower = new Recorder(ir);
        RegistrySnapshot? started = null;
        ir.Follow(follower, snapshot => started = snapshot);
        Assert.Same(ir.Registry, started);

        ir.SetPriority(PriorityTable.Default);
        ir.Replace("tests", null);
        Assert.Equal(["publishing, not current", "published", "publishing, not current", "published"], follower.Told);
        Assert.Same(ir.Registry, follower.Last);
    }

    [Fact]
    public void A_follower_that_throws_keeps_nothing_from_being_published_and_others_are_told()
    {
        var log = new LogCapture();
        var ir = new IrRuntime(log);
        var throwing = new Throwing();
        var follower = new Recorder(ir);
        ir.Follow(throwing, _ => { });
        ir.Follow(follower, _ => { });
        long version = ir.Replace("tests", Generations.Of("tests", "everything"));
        Assert.Equal(version, ir.Registry.Version);
        Assert.Equal(["publishing, not current", "published"], follower.Told);
        Assert.Contains(log.Records, r => r.Message.Contains("could not prepare for its next version", StringComparison.Ordinal));
        GC.KeepAlive(throwing);
    }

    [Fact]
    public void A_follower_is_not_kept_alive()
    {
        var ir = new IrRuntime();
        WeakReference gone = Follow(ir);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(gone.IsAlive);
        ir.SetPriority(PriorityTable.Default);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Follow(IrRuntime ir)
    {
        var follower = new Throwing();
        ir.Follow(follower, _ => { });
        return new WeakReference(follower);
    }

    private sealed class Recorder(IrRuntime ir) : ISnapshotFollower
    {
        public List<string> Told { get; } = [];

        public RegistrySnapshot? Last { get; private set; }

        public void OnPublishing(RegistrySnapshot next)
        {
            Told.Add(ReferenceEquals(ir.Registry, next) ? "publishing, current" : "publishing, not current");
            Last = next;
        }

        public void OnPublished() => Told.Add(ReferenceEquals(ir.Registry, Last) ? "published" : "not published");
    }

    private sealed class Throwing : ISnapshotFollower
    {
        public void OnPublishing(RegistrySnapshot next) => throw new InvalidOperationException("Not today.");

        public void OnPublished() => throw new InvalidOperationException("Nor now.");
    }
}
