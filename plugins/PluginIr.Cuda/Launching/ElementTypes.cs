using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Float8;

namespace PluginIr.Cuda.Launching;

/// <summary>The structs that stand for dtypes in kernels' type arguments, and their places in tables of kernels.</summary>
internal static class ElementTypes
{
    /// <summary>The dtypes that kernels compute on, in the order of <see cref="IndexOf"/>.</summary>
    public static readonly Type[] Floating = [typeof(Float32Element), typeof(Float16Element), typeof(BFloat16Element)];

    /// <summary>The float8 dtypes that kernels write, in the order of <see cref="IndexOfFloat8"/>.</summary>
    public static readonly Type[] Float8 = [typeof(E4M3FN), typeof(E5M2)];

    /// <summary>The place of f32, f16 or bf16.</summary>
    public static int IndexOf(DType dtype) => dtype switch
    {
        DType.Float32 => 0,
        DType.Float16 => 1,
        DType.BFloat16 => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, $"Kernels compute on f32, f16 and bf16; found {dtype.Name()}."),
    };

    /// <summary>The place of a float8 dtype.</summary>
    public static int IndexOfFloat8(DType dtype) => dtype switch
    {
        DType.Float8E4M3FN => 0,
        DType.Float8E5M2 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, $"Kernels write f8e4m3fn and f8e5m2; found {dtype.Name()}."),
    };
}
