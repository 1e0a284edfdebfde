using System.Numerics;

namespace PluginIr.Cli.Soaking;

/// <summary>Counts times in buckets that are 1/16 of a power of two wide. Adding allocates nothing.</summary>
internal sealed class LatencyHistogram
{
    private const int Steps = 16;

    private readonly long[] _counts = new long[64 * Steps];
    private long _total;

    /// <summary>How many times were counted.</summary>
    public long Count => _total;

    /// <summary>Counts a time.</summary>
    public void Add(long ticks)
    {
        _counts[Bucket(ticks)]++;
        _total++;
    }

    /// <summary>Adds what another one counted.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _total += other._total;
    }

    /// <summary>The upper end of the bucket below which this part of the times lies.</summary>
    public double Quantile(double part)
    {
        long below = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            below += _counts[i];
            if (below >= part * _total)
                return UpperEnd(i);
        }

        return 0;
    }

    private static int Bucket(long ticks)
    {
        ulong value = (ulong)Math.Max(ticks, 1);
        int power = BitOperations.Log2(value);
        int step = power < 4 ? 0 : (int)((value >> (power - 4)) & (Steps - 1));
        return (power * Steps) + step;
    }

    private static double UpperEnd(int bucket) => Math.Pow(2, bucket / Steps) * (1 + (((bucket % Steps) + 1) / (double)Steps));
}
