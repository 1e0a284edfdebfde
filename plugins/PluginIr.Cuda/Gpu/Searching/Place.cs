using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Searching;

/// <summary>An element with its index in one number, such that the place to look for is the greatest number, in whatever order they are compared.</summary>
/// <remarks>
/// The upper half orders the elements: 0 and -0 are one, and so is every NaN, above infinity. The lower half has all bits of the index turned over, so
/// that of equal elements the first is the greatest.
/// </remarks>
internal static class Place
{
    /// <summary>Before every place.</summary>
    public const long None = long.MinValue;

    /// <summary>The place of an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Of(float x, int index)
    {
        int bits = (int)Interop.FloatAsInt(x), magnitude = bits & 0x7FFF_FFFF;
        int key = magnitude > 0x7F80_0000 ? int.MaxValue : (bits < 0 ? -magnitude : magnitude);
        return ((long)key << 32) | (uint)~index;
    }

    /// <summary>The index of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long IndexOf(long place) => (uint)~(int)place;

    /// <summary>The greatest place of a group; thread 0 gets it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long GreatestOfGroup(long place)
    {
        ArrayView<long> places = SharedMemory.Allocate<long>(Reduction.WarpSize);
        int lane = Group.IdxX & (Reduction.WarpSize - 1);
        place = GreatestOfWarp(place);
        if (lane == 0)
            places[Group.IdxX / Reduction.WarpSize] = place;
        Group.Barrier();
        return GreatestOfWarp(lane < Group.DimX / Reduction.WarpSize ? places[lane] : None);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long GreatestOfWarp(long place)
    {
        for (int distance = Reduction.WarpSize / 2; distance > 0; distance /= 2)
        {
            long high = Warp.ShuffleXor((int)(place >> 32), distance), low = (uint)Warp.ShuffleXor((int)place, distance);
            place = IntrinsicMath.Max(place, (high << 32) | low);
        }

        return place;
    }
}
