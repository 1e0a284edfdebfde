using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Searching;

/// <summary>Finds the first of a row's greatest elements. A NaN is greater than all else, and 0 equals -0.</summary>
/// <remarks>
/// Elements are compared by keys: integers in the order of the values, equal for those that count as equal. Each lane keeps its greatest key and
/// the index where it was met first; the best of the lanes is the row's.
/// </remarks>
internal static unsafe class FirstGreatest
{
    private const uint Least = 0x8000_0000, Greatest = 0x7FFF_FFFF; // As signed integers. No element's key is the least.

    private static ReadOnlySpan<uint> LaneNumbers => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>Finds it.</summary>
    /// <param name="row">The row's first element.</param>
    /// <param name="count">How many elements: from 1, less than 2^31.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static Place Find<TElement, TLanes>(TElement* row, nint count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes greatest = TLanes.CreateBits(Least), indices = TLanes.CreateBits(0), step = TLanes.CreateBits((uint)TLanes.Count);
        TLanes index;
        fixed (uint* numbers = LaneNumbers)
            index = TLanes.Load((float*)numbers);

        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes key = Key(TElement.Load<TLanes>(row + i));
            indices = TLanes.SelectLess(greatest, key, index, indices);
            greatest = TLanes.MaxBits(greatest, key);
            index = TLanes.AddBits(index, step);
        }

        if (i < count)
        {
            TLanes key = Key(Partial.Load<TElement, TLanes>(row + i, (int)(count - i)));
            key = TLanes.SelectLess(index, TLanes.CreateBits((uint)count), key, TLanes.CreateBits(Least));
            indices = TLanes.SelectLess(greatest, key, index, indices);
            greatest = TLanes.MaxBits(greatest, key);
        }

        return BestOf(greatest, indices);
    }

    // Negative numbers' bits go up as the numbers go down: 2^31 less them goes along, and takes -0 to 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Key<TLanes>(TLanes value) where TLanes : struct, ILanes<TLanes>
    {
        TLanes ordered = TLanes.SelectLess(value, TLanes.CreateBits(0), TLanes.SubtractBits(TLanes.CreateBits(Least), value), value);
        return TLanes.SelectNaN(value, TLanes.CreateBits(Greatest), ordered);
    }

    // Of the lanes with the greatest key the least index: the greatest of the negated ones. Others' lanes have less than any of those.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Place BestOf<TLanes>(TLanes greatest, TLanes indices) where TLanes : struct, ILanes<TLanes>
    {
        int key = greatest.MaxOfBits();
        TLanes negated = TLanes.SubtractBits(TLanes.CreateBits(0), indices);
        TLanes candidates = TLanes.SelectLess(greatest, TLanes.CreateBits((uint)key), TLanes.CreateBits(Least), negated);
        return new Place(key, -candidates.MaxOfBits());
    }
}
