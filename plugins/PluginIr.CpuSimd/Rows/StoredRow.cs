using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A row as it lies in memory.</summary>
internal readonly unsafe struct StoredRow<TElement, TLanes>(TElement* x) : IRow<StoredRow<TElement, TLanes>, TLanes>
    where TElement : unmanaged, IElement<TElement>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TElement* _x = x;

    public static bool IsCostlyToRead
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TElement.IsCostlyToLoad;
    }

    public bool Streams
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UpperHalves<TLanes> LoadConstants() => default;

    public float* Kept
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => null;
    }

    public void* Stored
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes ReadFirst(nint start) => TElement.LoadFirst<TLanes>(_x + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes ReadSecond(nint start) => TElement.LoadSecond<TLanes>(_x + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(nint start, TLanes first, TLanes second, UpperHalves<TLanes> constants, bool streams)
    {
        // The row is an input only.
    }

    public StoredRow<TElement, TLanes> Pad(nint start, int count, byte* memory)
    {
        Partial.Pad(_x + start, count, (TElement*)memory, 2 * TLanes.Count);
        return new((TElement*)memory);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Unpad(nint start, int count, StoredRow<TElement, TLanes> padded)
    {
        // The row is an input only.
    }
}
