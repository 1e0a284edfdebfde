using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>fused_add_rms_norm_static_quant_fp8: each row is added, normalised and, while it is in the caches, quantised.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class FusedAddRmsNormStaticQuantFp8
{
    /// <summary>A weight of x's dtype, or none; another is left to native.</summary>
    internal static bool Accepts(
        TensorSpec x, TensorSpec xResidual, TensorSpec? weight, TensorSpec scale, float epsilon, DType fp8Dtype, int? varianceSize) =>
        weight is null || weight.DType == x.DType;

    /// <summary>The kernel.</summary>
    [Kernel("fused_add_rms_norm_static_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true, SupportsArgs = nameof(Accepts))]
    internal static void Run(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, Tensor scale, float epsilon, DType fp8Dtype, int? varianceSize,
        Tensor output, Tensor residualOut)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(xResidual) || !RowTable.Suits(weight) || !RowTable.Suits(output) || !RowTable.Suits(residualOut))
        {
            Ops.FusedAddRmsNormStaticQuantFp8.Native(context, x, xResidual, weight, scale, epsilon, fp8Dtype, varianceSize, output, residualOut);
            return;
        }

        var rows = new SummedAndNormalizedRows(x, xResidual, weight, epsilon, varianceSize, residualOut);
        long rowBytes = 3 * x.Last * x.DType.Size();
        Specialize.Run(context, x.DType, new StaticallyQuantized<SummedAndNormalizedRows>(rows, rowBytes, scale, output));
    }
}
