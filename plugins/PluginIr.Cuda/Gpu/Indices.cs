using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu;

/// <summary>Indices of i32 or i64, as data on the device.</summary>
internal static class Indices
{
    /// <summary>Reads one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long At(ArrayView<byte> memory, int isWide, long element) =>
        isWide != 0 ? memory.Cast<long>()[element] : memory.Cast<int>()[element];
}
