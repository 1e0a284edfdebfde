using System.Runtime.CompilerServices;

namespace PluginIr.CpuSimd.Products;

/// <summary>Nothing to ask for, and no instructions.</summary>
internal readonly struct NoPrefetcher : IPrefetcher<NoPrefetcher>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NoPrefetcher Of(in RowsToPrefetch rows, nint tile, nint tiles, nint steps) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch()
    {
    }
}
