using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Products;

/// <summary>Four sums of a thread.</summary>
internal struct Four
{
    public float A, B, C, D;

    /// <summary><c>sum + x · factor</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four AddProduct(Four sum, Four x, float factor) => new()
    {
        A = sum.A + (x.A * factor),
        B = sum.B + (x.B * factor),
        C = sum.C + (x.C * factor),
        D = sum.D + (x.D * factor),
    };
}
