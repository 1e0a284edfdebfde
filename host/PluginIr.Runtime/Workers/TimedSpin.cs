using System.Diagnostics;

namespace PluginIr.Runtime.Workers;

/// <summary>Spins for a bounded time.</summary>
/// <param name="microseconds">How long.</param>
/// <param name="yields">
/// True to offer the processor to other threads meanwhile: for a thread that has nothing to do. One that has would give its time slice away.
/// </param>
internal struct TimedSpin(int microseconds, bool yields)
{
    private const int Iterations = 8;
    private const int RoundsToYield = 16; // a few µs

    private long _end;
    private int _rounds;

    /// <summary>Spins a little.</summary>
    /// <returns>False when the time is over.</returns>
    public bool Once()
    {
        if (yields && ++_rounds % RoundsToYield == 0)
            Thread.Yield();
        else
            Thread.SpinWait(Iterations);
        long now = Stopwatch.GetTimestamp();
        if (_end == 0)
            _end = now + (Stopwatch.Frequency * microseconds / 1_000_000);
        return now < _end;
    }
}
