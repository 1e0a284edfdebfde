using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>fused_add_rms_norm_dynamic_quant_fp8: each row is added, normalised and, while it is in the caches, quantised with a scale of its own.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class FusedAddRmsNormDynamicQuantFp8
{
    /// <summary>A weight of x's dtype, or none; another is left to native.</summary>
    internal static bool Accepts(
        TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float epsilon, DType fp8Dtype, TensorSpec? scaleUb, int? varianceSize) =>
        weight is null || weight.DType == x.DType;

    /// <summary>The kernel.</summary>
    [Kernel("fused_add_rms_norm_dynamic_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true, SupportsArgs = nameof(Accepts))]
    internal static void Run(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, DType fp8Dtype, Tensor? scaleUb, int? varianceSize,
        Tensor output, Tensor scale, Tensor residualOut)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(xResidual) || !RowTable.Suits(weight) || !RowTable.Suits(output) || !RowTable.Suits(scale) ||
            !RowTable.Suits(residualOut))
        {
            Ops.FusedAddRmsNormDynamicQuantFp8.Native(
                context, x, xResidual, weight, epsilon, fp8Dtype, scaleUb, varianceSize, output, scale, residualOut);
            return;
        }

        var rows = new SummedAndNormalizedRows(x, xResidual, weight, epsilon, varianceSize, residualOut);
        long rowBytes = 3 * x.Last * x.DType.Size();
        Specialize.Run(context, x.DType, new DynamicallyQuantized<SummedAndNormalizedRows>(rows, rowBytes, scaleUb, output, scale));
    }
}
