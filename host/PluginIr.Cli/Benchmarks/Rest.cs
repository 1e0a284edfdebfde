using System.Diagnostics;

namespace PluginIr.Cli.Benchmarks;

/// <summary>Waits until this process's other threads rest.</summary>
/// <remarks>
/// Libraries let their threads spin for a while after a call, in case there is another: those of ONNX Runtime for tens of milliseconds. Whoever is timed
/// meanwhile has a processor less.
/// </remarks>
internal static class Rest
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);

    // What goes on for longer is no afterthought of a call.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    // Threads that rest still wake now and then.
    private const double MostBusy = 0.2;

    /// <summary>Waits, a second at most.</summary>
    public static void Wait()
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan worked, passed;
        do
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long asleep = Stopwatch.GetTimestamp();
            Thread.Sleep(s_look);
            worked = Environment.CpuUsage.TotalTime - before;
            passed = Stopwatch.GetElapsedTime(asleep);
        }
        while (worked > MostBusy * passed && Stopwatch.GetElapsedTime(start) < s_longest);
    }
}
