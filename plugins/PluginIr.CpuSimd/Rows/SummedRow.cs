using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Products;

namespace PluginIr.CpuSimd.Rows;

/// <summary>The float32 sum of two stored rows, which is kept, rounded, in a third. That one may be the second.</summary>
/// <param name="x">The first row.</param>
/// <param name="y">The second.</param>
/// <param name="sum">The third.</param>
/// <param name="ahead">Null, or what to fetch meanwhile, as many elements: the sum is then written past the caches.</param>
internal readonly unsafe struct SummedRow<TElement, TLanes>(TElement* x, TElement* y, TElement* sum, TElement* ahead)
    : IRow<SummedRow<TElement, TLanes>, TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TElement* _x = x;
    private readonly TElement* _y = y;
    private readonly TElement* _sum = sum;
    private readonly TElement* _ahead = ahead;

    public static bool IsCostlyToRead
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public bool Streams
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _ahead != null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UpperHalves<TLanes> LoadConstants() => TElement.LoadConstants<TLanes>();

    public float* Kept
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsKept(Streams) ? (float*)_sum : null;
    }

    public void* Stored
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _sum;
    }

    /// <summary>
    /// True when the kept sums are what is to be read again: float32 is not rounded, and what is written through the caches is still there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsKept(bool streams) => typeof(TElement) == typeof(Float32Element) && !streams;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes ReadFirst(nint start) => TElement.LoadFirst<TLanes>(_x + start) + TElement.LoadFirst<TLanes>(_y + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes ReadSecond(nint start) => TElement.LoadSecond<TLanes>(_x + start) + TElement.LoadSecond<TLanes>(_y + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(nint start, TLanes first, TLanes second, UpperHalves<TLanes> constants, bool streams)
    {
        TElement.StorePair(first, second, _sum + start, streams, constants);
        if (streams)
            Prefetch.OfNextRow(_ahead + start, 2 * TLanes.Count);
    }

    public SummedRow<TElement, TLanes> Pad(nint start, int count, byte* memory)
    {
        int room = 2 * TLanes.Count;
        var x = (TElement*)memory;
        Partial.Pad(_x + start, count, x, room);
        Partial.Pad(_y + start, count, x + room, room);
        return new(x, x + room, x + room, null);
    }

    public void Unpad(nint start, int count, SummedRow<TElement, TLanes> padded) =>
        Partial.Unpad(padded._sum, count, _sum + start);
}
