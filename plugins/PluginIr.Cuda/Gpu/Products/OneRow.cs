using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Products;

/// <summary>One row.</summary>
internal struct OneRow : IRowCount
{
    public static bool IsOne
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }
}
