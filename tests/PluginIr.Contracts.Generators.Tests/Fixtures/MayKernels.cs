namespace PluginIr.Contracts.Generators.Tests.Fixtures;

/// <summary>Right whether outputs are activations or not; takes calls without weight only; it and its predicate can be made to throw.</summary>
[KernelProvider("may")]
internal static partial class MayKernels
{
    /// <summary>What the next calls throw; null for nothing.</summary>
    public static Exception? Failure { get; set; }

    /// <summary>What the predicate throws when it is asked next; null for nothing.</summary>
    public static Exception? PredicateFailure { get; set; }

    [Kernel("twin", Inplace = Inplace.May, SupportsArgs = nameof(HasNoWeight))]
    private static void Twin(KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float scale, Tensor output, Tensor residualOut)
    {
        if (Failure is not null)
            throw Failure;
        Fixtures.Twin.Native(context, x, xResidual, weight, scale, output, residualOut);
    }

    private static bool HasNoWeight(TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float scale) =>
        PredicateFailure is null ? weight is null : throw PredicateFailure;
}
