using PluginIr.CpuSimd.Products;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>linear: <c>x · weightᵀ</c>, from one row (bound by how fast the weights can be read) to many (blocked).</summary>
/// <remarks>
/// <para>Products are summed in float32: in blocks of <see cref="DotTile.BlockLength"/>, in each of them lane by lane, the blocks'
/// sums one after the other, and rounded to x's dtype at the end. The definition sums in float64; a sum that did not stay finite is summed
/// again like that, so that infinities and NaN are where the definition has them.</para>
/// </remarks>
[KernelProvider(CpuSimdProvider.Name)]
internal static partial class Linear
{
    /// <summary>The kernel.</summary>
    [Kernel("linear", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor weight, Tensor output)
    {
        if (RowTable.Suits(x) && RowTable.Suits(weight) && RowTable.Suits(output))
            Specialize.Run(context, x.DType, new MatrixProduct(x, weight, output, context.Threads));
        else
            Ops.Linear.Native(context, x, weight, output);
    }
}
