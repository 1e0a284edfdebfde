using System.Runtime.CompilerServices;

namespace PluginIr.CpuSimd.Products;

/// <summary>Nothing to ask for, and no instructions.</summary>
internal readonly struct NothingAhead : IAhead<NothingAhead>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NothingAhead Of(in RowsAhead rows, nint tile, nint tiles, nint steps) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch()
    {
    }
}
