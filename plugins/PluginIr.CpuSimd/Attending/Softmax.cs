using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Attending;

/// <summary>One query's softmax over a span of its keys, or over several that have been put together.</summary>
/// <remarks>
/// <para>The weighted sum that goes with it is normalised: where there is one span, the arithmetic is the definition's, and however many there
/// are, no sum overflows that the definition's does not.</para>
/// <para>Source of the form that is put together: Milakov and Gimelshein, "Online normalizer calculation for softmax", arXiv:1805.02867.</para>
/// </remarks>
internal unsafe struct Softmax
{
    private float _largest;
    private float _sum;

    /// <summary>The softmax of no key.</summary>
    public static Softmax Empty => new() { _largest = float.NegativeInfinity };

    /// <summary>True while every score was -∞: no key has a weight, and the definition's result is NaN.</summary>
    public readonly bool IsEmpty => _sum == 0;

    /// <summary>The weight that a score has among all keys.</summary>
    public readonly float WeightOf(float score) => MathF.Exp(score - _largest) / _sum;

    /// <summary>Turns a span's scores into weights.</summary>
    /// <param name="scores">The scores, which become weights.</param>
    /// <param name="visible">How many scores there are, at least 1.</param>
    /// <param name="count">How many weights are needed, at least as many: those past the scores become 0.</param>
    public static Softmax Of<TLanes>(float* scores, nint visible, nint count) where TLanes : struct, ILanes<TLanes>
    {
        nint padded = (visible + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        new Span<float>(scores + visible, (int)(padded - visible)).Fill(float.NegativeInfinity);

        // Where all is -∞, 0 stands for the largest: differences from -∞ would be NaN, and other spans may have finite scores.
        float largest = Largest<TLanes>(scores, padded);
        float reference = float.IsNegativeInfinity(largest) ? 0 : largest;
        var softmax = new Softmax { _largest = largest, _sum = Exponentials<TLanes>(scores, padded, reference) };
        if (!softmax.IsEmpty)
            Divide<TLanes>(scores, padded, softmax._sum);
        if (count > padded)
            new Span<float>(scores + padded, (int)(count - padded)).Clear();
        return softmax;
    }

    /// <summary>Puts the next span to those before it.</summary>
    /// <param name="span">The next span's softmax.</param>
    /// <param name="spanSums">Its weighted sum.</param>
    /// <param name="sums">The weighted sum of those before, which becomes that of all.</param>
    /// <param name="size">The sums' length, a multiple of the lanes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See SpanResults.
    public void Add<TLanes>(Softmax span, float* spanSums, float* sums, nint size) where TLanes : struct, ILanes<TLanes>
    {
        // What has no weight has no part, but for a NaN that values without a weight make.
        (float before, float added) = (1, 1);
        if (IsEmpty)
        {
            this = span;
        }
        else if (!span.IsEmpty)
        {
            (before, added) = (_sum, span._sum);
            if (span._largest > _largest)
                before *= MathF.Exp(_largest - span._largest);
            else
                added *= MathF.Exp(span._largest - _largest);
            (_largest, _sum) = (MathF.Max(_largest, span._largest), before + added);
            (before, added) = (before / _sum, added / _sum);
        }

        AddScaled<TLanes>(spanSums, added, sums, before, size);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Largest<TLanes>(float* scores, nint count) where TLanes : struct, ILanes<TLanes>
    {
        TLanes largest = TLanes.Load(scores);
        for (nint i = TLanes.Count; i < count; i += TLanes.Count)
            largest = TLanes.Max(TLanes.Load(scores + i), largest);
        return largest.Max();
    }

    // Returns their sum. A NaN among the scores makes it NaN, whatever the largest was taken to be.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Exponentials<TLanes>(float* scores, nint count, float largest) where TLanes : struct, ILanes<TLanes>
    {
        TLanes reference = TLanes.Create(largest), sum = TLanes.Create(0f);
        var exponential = Exponential<TLanes>.Load();
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            TLanes weight = exponential.OfMinusNonNegative(reference - TLanes.Load(scores + i));
            weight.Store(scores + i);
            sum += weight;
        }

        return sum.Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Divide<TLanes>(float* weights, nint count, float sum) where TLanes : struct, ILanes<TLanes>
    {
        TLanes divisor = TLanes.Create(sum);
        for (nint i = 0; i < count; i += TLanes.Count)
            (TLanes.Load(weights + i) / divisor).Store(weights + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled<TLanes>(float* added, float addedFactor, float* sums, float factor, nint size) where TLanes : struct, ILanes<TLanes>
    {
        TLanes factors = TLanes.Create(factor), addedFactors = TLanes.Create(addedFactor);
        for (nint i = 0; i < size; i += TLanes.Count)
            TLanes.MultiplyAdd(TLanes.Load(added + i), addedFactors, TLanes.Load(sums + i) * factors).Store(sums + i);
    }
}
