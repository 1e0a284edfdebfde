using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Takes x for a matrix: as many rows as its first dimension says.</summary>
[KernelProvider("takes_matrices")]
internal static unsafe partial class TakesMatrices
{
    [Kernel("rms_norm", DTypes = DTypes.Floating)]
    private static void Run(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        var matrix = new TensorSpec(x.DType, x.Rank == 1 ? 1 : x.Shape[0], x.Last);
        using Tensor from = x.AsStrided(matrix, 0), to = output.AsStrided(matrix, 0);
        RmsNorm.Native(context, from, weight, epsilon, varianceSize, to);
    }
}
