using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>The float32 sum of two stored rows, which is kept, rounded, in a third. That one may be the second.</summary>
/// <remarks>
/// Adding again wherever the sum is read costs less than storing the unrounded sums would, and needs no memory for them; unless loading is
/// costly, when <see cref="RootMeanSquare.Widen"/> stores them.
/// </remarks>
internal readonly unsafe struct SummedRow<TElement, TLanes>(TElement* x, TElement* y, TElement* sum, bool streams)
    : IRow<SummedRow<TElement, TLanes>, TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TElement* _x = x;
    private readonly TElement* _y = y;
    private readonly TElement* _sum = sum;
    private readonly bool _streams = streams;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes ReadFirst(nint start) => TElement.LoadFirst<TLanes>(_x + start) + TElement.LoadFirst<TLanes>(_y + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes ReadSecond(nint start) => TElement.LoadSecond<TLanes>(_x + start) + TElement.LoadSecond<TLanes>(_y + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(nint start, TLanes first, TLanes second) => TElement.StorePair(first, second, _sum + start, _streams);

    public SummedRow<TElement, TLanes> Pad(nint start, int count, byte* memory)
    {
        int room = 2 * TLanes.Count;
        var x = (TElement*)memory;
        Partial.Pad(_x + start, count, x, room);
        Partial.Pad(_y + start, count, x + room, room);
        return new(x, x + room, x + room, streams: false);
    }

    public void Unpad(nint start, int count, SummedRow<TElement, TLanes> padded) =>
        new ReadOnlySpan<TElement>(padded._sum, count).CopyTo(new Span<TElement>(_sum + start, count));
}
