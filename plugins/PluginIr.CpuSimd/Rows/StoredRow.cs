using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A row as it lies in memory.</summary>
internal readonly unsafe struct StoredRow<TElement, TLanes>(TElement* x) : IRow<TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TElement* _x = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Read(nint start) => TElement.Load<TLanes>(_x + start);

    public TLanes ReadLast(nint start, int count) => Partial.Load<TElement, TLanes>(_x + start, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(nint start, TLanes values)
    {
        // The row is an input only.
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepLast(nint start, TLanes values, int count)
    {
        // The row is an input only.
    }
}
