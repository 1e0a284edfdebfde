using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A stored row of float16 that is taken to be finite: see <see cref="Float16Element.LoadFirstFinite"/>.</summary>
internal readonly unsafe struct FiniteFloat16Row<TLanes>(Float16Element* x) : IRow<FiniteFloat16Row<TLanes>, TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly Float16Element* _x = x;

    public static bool IsCostlyToRead
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
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
    public TLanes ReadFirst(nint start) => Float16Element.LoadFirstFinite<TLanes>(_x + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes ReadSecond(nint start) => Float16Element.LoadSecondFinite<TLanes>(_x + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(nint start, TLanes first, TLanes second, UpperHalves<TLanes> constants, bool streams)
    {
        // The row is an input only.
    }

    public FiniteFloat16Row<TLanes> Pad(nint start, int count, byte* memory)
    {
        Partial.Pad(_x + start, count, (Float16Element*)memory, 2 * TLanes.Count);
        return new((Float16Element*)memory);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Unpad(nint start, int count, FiniteFloat16Row<TLanes> padded)
    {
        // The row is an input only.
    }
}
