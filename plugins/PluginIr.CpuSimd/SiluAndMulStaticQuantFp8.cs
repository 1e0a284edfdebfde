using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>silu_and_mul_static_quant_fp8: each row is gated and, while it is in the caches, quantised.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class SiluAndMulStaticQuantFp8
{
    /// <summary>The kernel.</summary>
    [Kernel("silu_and_mul_static_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(
        KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, Tensor output)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(output))
        {
            Ops.SiluAndMulStaticQuantFp8.Native(context, x, scale, fp8Dtype, output);
            return;
        }

        var rows = new GatedRows<Silu>(x);
        long rowBytes = x.Last * x.DType.Size();
        Specialize.Run(context, x.DType, new StaticallyQuantized<GatedRows<Silu>>(rows, rowBytes, scale, output));
    }
}
