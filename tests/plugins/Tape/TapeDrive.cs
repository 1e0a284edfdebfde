using System.Collections.Concurrent;

namespace PluginIr.Fixtures.Tape;

/// <summary>
/// The device: a thread outside of the plugin that does what is queued, in order, and counters that outlive every generation. Whoever has such a drive
/// puts it into the process's data; types of .NET alone, as a driver has.
/// </summary>
internal static class TapeDrive
{
    /// <summary>What stands between a device's address and the host's: nothing on the host can be reached by a device's address.</summary>
    public static readonly nint Offset = unchecked((nint)(1L << 60));

    /// <summary>What is queued; null when there is no drive.</summary>
    public static BlockingCollection<Action>? Queue => (BlockingCollection<Action>?)AppDomain.CurrentDomain.GetData("tape.queue");

    /// <summary>True when the drive cannot tell any more what is done.</summary>
    public static bool IsTorn => AppDomain.CurrentDomain.GetData("tape.torn") is true;

    /// <summary>Which member of a runtime fails, with the device's ordinal where it has one; null for none.</summary>
    public static string? Failing => (string?)AppDomain.CurrentDomain.GetData("tape.failing");

    /// <summary>Called by a runtime that is disposed; null for nothing.</summary>
    public static Action? Disposing => (Action?)AppDomain.CurrentDomain.GetData("tape.disposing");

    /// <summary>Bytes: in use, the most that was, how many there are.</summary>
    public static long[] Memory => (long[])AppDomain.CurrentDomain.GetData("tape.memory")!;

    /// <summary>What was asked of the drive.</summary>
    public static ConcurrentQueue<string> Calls => (ConcurrentQueue<string>)AppDomain.CurrentDomain.GetData("tape.calls")!;
}
