using PluginIr.Dispatch;

namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>Notes for each thread the version of the snapshot that its latest call entered.</summary>
internal sealed class EnteredVersion : CallObserver
{
    [ThreadStatic]
    private static long t_version;

    public static long OfThread => t_version;

    public override void OnCall(Snapshot snapshot, int op, int kernel, CallTraits traits, in SpecArguments arguments) =>
        t_version = snapshot.Version;
}
