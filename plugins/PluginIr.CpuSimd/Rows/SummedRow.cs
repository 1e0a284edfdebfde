using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd.Rows;

/// <summary>The float32 sum of two stored rows, which is kept, rounded, in a third. That one may be the second.</summary>
/// <remarks>Adding again wherever the sum is read costs less than storing the unrounded sums would, and needs no memory for them.</remarks>
internal readonly unsafe struct SummedRow<TStores, TElement, TLanes>(TElement* x, TElement* y, TElement* sum) : IRow<TLanes>
    where TStores : struct, IStores
    where TElement : unmanaged, IElement<TElement>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TElement* _x = x;
    private readonly TElement* _y = y;
    private readonly TElement* _sum = sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Read(nint start) => TElement.Load<TLanes>(_x + start) + TElement.Load<TLanes>(_y + start);

    public TLanes ReadLast(nint start, int count) =>
        Partial.Load<TElement, TLanes>(_x + start, count) + Partial.Load<TElement, TLanes>(_y + start, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(nint start, TLanes values) => TStores.Store(values, _sum + start);

    public void KeepLast(nint start, TLanes values, int count) => Partial.Store(values, _sum + start, count);
}
