using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>rms_norm_static_quant_fp8: each row is normalised and, while it is in the caches, quantised.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class RmsNormStaticQuantFp8
{
    /// <summary>A weight of x's dtype, or none; another is left to native.</summary>
    internal static bool Accepts(
        TensorSpec x, TensorSpec? weight, TensorSpec scale, float epsilon, DType fp8Dtype, int? varianceSize) =>
        weight is null || weight.DType == x.DType;

    /// <summary>The kernel.</summary>
    [Kernel("rms_norm_static_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true, SupportsArgs = nameof(Accepts))]
    internal static void Run(
        KernelContext context, Tensor x, Tensor? weight, Tensor scale, float epsilon, DType fp8Dtype, int? varianceSize, Tensor output)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(weight) || !RowTable.Suits(output))
        {
            Ops.RmsNormStaticQuantFp8.Native(context, x, weight, scale, epsilon, fp8Dtype, varianceSize, output);
            return;
        }

        var rows = new NormalizedRows(x, weight, epsilon, varianceSize);
        long rowBytes = x.Last * x.DType.Size();
        Specialize.Run(context, x.DType, new StaticallyQuantized<NormalizedRows>(rows, rowBytes, scale, output));
    }
}
