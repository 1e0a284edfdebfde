using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>silu_and_mul: <c>silu(a) · b</c> for rows (a, b), silu rounded before the product. See <see cref="Silu"/>.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class SiluAndMul
{
    /// <summary>The kernel.</summary>
    [Kernel("silu_and_mul", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (RowTable.Suits(x) && RowTable.Suits(output))
            Specialize.Run(context, x.DType, new Gating<Silu>(x, output));
        else
            Ops.SiluAndMul.Native(context, x, output);
    }
}
