using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Attending;

/// <summary>One query's softmax, over its keys block by block.</summary>
/// <remarks>
/// <para>After every block the weighted sum is that of the keys so far, normalised: where there is one block, the arithmetic is the
/// definition's, and however many there are, no sum overflows that the definition's does not.</para>
/// <para>Source of the running form: Milakov and Gimelshein, "Online normalizer calculation for softmax", arXiv:1805.02867.</para>
/// </remarks>
internal unsafe struct Softmax
{
    private float _largest;
    private float _sum;

    /// <summary>The state before the first block.</summary>
    public static Softmax Empty => new() { _largest = float.NegativeInfinity };

    /// <summary>True while every score was -∞: no key has a weight, and the definition's result is NaN.</summary>
    public readonly bool IsEmpty => _sum == 0;

    /// <summary>Turns a block's scores into weights, and scales the weighted sum of the blocks before.</summary>
    /// <param name="scores">The scores, which become weights.</param>
    /// <param name="visible">How many scores there are, at least 1.</param>
    /// <param name="count">How many weights are needed, at least as many: those past the scores become 0.</param>
    /// <param name="sums">The weighted sum.</param>
    /// <param name="size">Its length, a multiple of the lanes.</param>
    public void Add<TLanes>(float* scores, nint visible, nint count, float* sums, nint size) where TLanes : struct, ILanes<TLanes>
    {
        nint padded = (visible + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        new Span<float>(scores + visible, (int)(padded - visible)).Fill(float.NegativeInfinity);

        // Where all is -∞ so far, 0 stands for the largest: differences from -∞ would be NaN for good, and finite scores may follow.
        float largest = MathF.Max(_largest, Largest<TLanes>(scores, padded));
        float reference = float.IsNegativeInfinity(largest) ? 0 : largest;
        float before = _sum * MathF.Exp(_largest - reference);
        bool hadWeights = !IsEmpty;
        (_largest, _sum) = (largest, before + Exponentials<TLanes>(scores, padded, reference));
        if (!IsEmpty)
            Divide<TLanes>(scores, padded, _sum);
        if (hadWeights)
            Scale<TLanes>(sums, size, before / _sum);
        if (count > padded)
            new Span<float>(scores + padded, (int)(count - padded)).Clear();
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

    private static void Scale<TLanes>(float* sums, nint size, float factor) where TLanes : struct, ILanes<TLanes>
    {
        TLanes factors = TLanes.Create(factor);
        for (nint i = 0; i < size; i += TLanes.Count)
            (TLanes.Load(sums + i) * factors).Store(sums + i);
    }
}
