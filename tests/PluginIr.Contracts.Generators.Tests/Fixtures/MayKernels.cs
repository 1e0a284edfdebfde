namespace PluginIr.Contracts.Generators.Tests.Fixtures;

/// <summary>Right whether outputs are activations or not; takes calls without weight only, and can be made to throw.</summary>
[KernelProvider("may")]
internal static partial class MayKernels
{
    /// <summary>What the next calls throw; null for nothing.</summary>
    public static Exception? Failure { get; set; }

    [Kernel("twin", Inplace = Inplace.May, SupportsArgs = nameof(HasNoWeight))]
    private static void Twin(KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float scale, Tensor output, Tensor residualOut)
    {
        if (Failure is not null)
            throw Failure;
        Fixtures.Twin.Native(context, x, xResidual, weight, scale, output, residualOut);
    }

    private static bool HasNoWeight(TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float scale) => weight is null;
}
