using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu;

/// <summary>Sums and maxima over the threads that share a row. Every thread gets the result.</summary>
/// <remarks>
/// The order of the additions depends on the number of threads alone, so a row's sum is the same wherever and beside whatever it is
/// computed. Groups are whole warps.
/// </remarks>
internal static class Reduction
{
    /// <summary>Threads that run in step and exchange registers.</summary>
    public const int WarpSize = 32;

    /// <summary>How many warps a group has at most.</summary>
    public const int MaxWarps = 32;

    /// <summary>The sum over a warp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfWarp(float value)
    {
        value += Warp.ShuffleXor(value, 16);
        value += Warp.ShuffleXor(value, 8);
        value += Warp.ShuffleXor(value, 4);
        value += Warp.ShuffleXor(value, 2);
        return value + Warp.ShuffleXor(value, 1);
    }

    /// <summary>The sum over the group.</summary>
    /// <param name="value">The thread's own.</param>
    /// <param name="maxWarps">How many warps the group has at most, a power of two: the fewer, the fewer exchanges. The sum is the same.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfGroup(float value, int maxWarps)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(MaxWarps);
        int thread = Group.IdxX, lane = thread & (WarpSize - 1), warp = thread & (maxWarps - 1);
        value = SumOfWarp(value);
        if (lane == 0)
            sums[thread / WarpSize] = value;
        Group.Barrier();
        value = warp < Group.DimX / WarpSize ? sums[warp] : 0f;
        if (maxWarps > 16)
            value += Warp.ShuffleXor(value, 16);
        if (maxWarps > 8)
            value += Warp.ShuffleXor(value, 8);
        value += Warp.ShuffleXor(value, 4);
        value += Warp.ShuffleXor(value, 2);
        return value + Warp.ShuffleXor(value, 1);
    }

    /// <summary>
    /// The sum over a group of four warps: for each lane over the warps first, and then over a warp. So a warp adds that has four numbers a lane in turn.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfFourWarps(float value)
    {
        ArrayView<float> values = SharedMemory.Allocate<float>(4 * WarpSize);
        int thread = Group.IdxX, lane = thread & (WarpSize - 1);
        values[thread] = value;
        Group.Barrier();
        return SumOfWarp(values[lane] + values[lane + WarpSize] + values[lane + (2 * WarpSize)] + values[lane + (3 * WarpSize)]);
    }

    /// <summary>The maximum over a warp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxOfWarp(int value)
    {
        value = IntrinsicMath.Max(value, Warp.ShuffleXor(value, 16));
        value = IntrinsicMath.Max(value, Warp.ShuffleXor(value, 8));
        value = IntrinsicMath.Max(value, Warp.ShuffleXor(value, 4));
        value = IntrinsicMath.Max(value, Warp.ShuffleXor(value, 2));
        return IntrinsicMath.Max(value, Warp.ShuffleXor(value, 1));
    }

    /// <summary>The maximum of values from 0 over the group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxOfGroup(int value)
    {
        ArrayView<int> maxima = SharedMemory.Allocate<int>(MaxWarps);
        int thread = Group.IdxX, lane = thread & (WarpSize - 1);
        value = MaxOfWarp(value);
        if (lane == 0)
            maxima[thread / WarpSize] = value;
        Group.Barrier();
        return MaxOfWarp(lane < Group.DimX / WarpSize ? maxima[lane] : 0);
    }
}
