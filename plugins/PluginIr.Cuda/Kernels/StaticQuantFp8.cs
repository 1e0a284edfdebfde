using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>static_quant_fp8: <c>clamp(x · (1 / scale))</c>, and zeros in the rows past x's.</summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class StaticQuantFp8
{
    /// <summary>What it launches.</summary>
    internal static readonly PointwiseTable[] Tables =
        [.. ElementTypes.Float8.Select(float8 => new PointwiseTable(typeof(Same), typeof(Statically<>).MakeGenericType(float8)))];

    /// <summary>The kernel.</summary>
    [Kernel("static_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, int? numTokenPadding, Tensor output)
    {
        Tables[ElementTypes.IndexOfFloat8(fp8Dtype)].Launch(context, x, null, scale, output);
        Zeroing.Launch(context, output, x.ElementCount);
    }
}
