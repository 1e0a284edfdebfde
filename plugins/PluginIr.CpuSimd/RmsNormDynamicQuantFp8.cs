using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>rms_norm_dynamic_quant_fp8: each row is normalised and, while it is in the caches, quantised with a scale of its own.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class RmsNormDynamicQuantFp8
{
    /// <summary>A weight of x's dtype, or none; another is left to native.</summary>
    internal static bool Accepts(
        TensorSpec x, TensorSpec? weight, float epsilon, DType fp8Dtype, TensorSpec? scaleUb, int? varianceSize) =>
        weight is null || weight.DType == x.DType;

    /// <summary>The kernel.</summary>
    [Kernel("rms_norm_dynamic_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true, SupportsArgs = nameof(Accepts))]
    internal static void Run(
        KernelContext context, Tensor x, Tensor? weight, float epsilon, DType fp8Dtype, Tensor? scaleUb, int? varianceSize, Tensor output, Tensor scale)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(weight) || !RowTable.Suits(output) || !RowTable.Suits(scale))
        {
            Ops.RmsNormDynamicQuantFp8.Native(context, x, weight, epsilon, fp8Dtype, scaleUb, varianceSize, output, scale);
            return;
        }

        var rows = new NormalizedRows(x, weight, epsilon, varianceSize);
        long rowBytes = x.Last * x.DType.Size();
        Specialize.Run(context, x.DType, new DynamicallyQuantized<NormalizedRows>(rows, rowBytes, scaleUb, output, scale));
    }
}
