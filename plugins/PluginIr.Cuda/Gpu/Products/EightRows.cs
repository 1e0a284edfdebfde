using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Products;

/// <summary>Up to eight rows.</summary>
internal struct EightRows : IRowCount
{
    public static bool IsOne
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }
}
