using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PluginIr.CpuSimd.Products;

/// <summary>
/// A line of memory at each step: the same for some steps where there are more of these than lines; where there are fewer, lines between are left to
/// the processor.
/// </summary>
/// <remarks>Into the second-level cache, as the first holds what is being worked on. Nothing on processors for which .NET has no instruction.</remarks>
internal unsafe struct LinePrefetcher : IPrefetcher<LinePrefetcher>
{
    private readonly nint _stepBytes;
    private byte* _next;

    private LinePrefetcher(byte* next, nint stepBytes)
    {
        _stepBytes = stepBytes;
        _next = next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LinePrefetcher Of(in RowsToPrefetch rows, nint tile, nint tiles, nint steps)
    {
        nint tileBytes = (rows.Bytes + tiles - 1) / tiles;
        return new LinePrefetcher(rows.At(tile * tileBytes), (tileBytes + steps - 1) / steps);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch()
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch1(_next);
        _next += _stepBytes;
    }
}
