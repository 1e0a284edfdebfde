namespace PluginIr.Compiler.Tests.Support;

/// <summary>Works in place only.</summary>
[KernelProvider("only")]
internal static partial class OnlyKernels
{
    [Kernel("fused_add_rms_norm", Inplace = Inplace.Only)]
    private static void FusedAddRmsNorm(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut)
    {
        Handed.RequireSame(x, output);
        Handed.RequireSame(xResidual, residualOut);
        Ops.FusedAddRmsNorm.Native(context, x, xResidual, weight, epsilon, varianceSize, output, residualOut);
    }

    [Kernel("add", Inplace = Inplace.Only)]
    private static void Add(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Handed.RequireSame(x, output);
        Ops.Add.Native(context, x, y, output);
    }
}

/// <summary>Works in place or apart.</summary>
[KernelProvider("may")]
internal static partial class MayKernels
{
    [Kernel("fused_add_rms_norm", Inplace = Inplace.May)]
    private static void FusedAddRmsNorm(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut) =>
        Ops.FusedAddRmsNorm.Native(context, x, xResidual, weight, epsilon, varianceSize, output, residualOut);
}

/// <summary>Never works in place, and says so when it is made to.</summary>
[KernelProvider("never")]
internal static partial class NeverKernels
{
    [Kernel("rms_norm")]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        Handed.RequireApart(x, output);
        Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
    }
}

/// <summary>Says that it takes few tokens only.</summary>
[KernelProvider("few")]
internal static partial class FewKernels
{
    [Kernel("rms_norm", SupportsArgs = nameof(IsFew))]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);

    private static bool IsFew(TensorSpec x, TensorSpec? weight, float epsilon, int? varianceSize) => x[0] < 33;
}

/// <summary>Takes any number of tokens but one, which is none that a large range is likely to be asked at.</summary>
[KernelProvider("but_one")]
internal static partial class ButOneKernels
{
    /// <summary>How many it does not take.</summary>
    public const int Declined = 1001;

    [Kernel("rms_norm", SupportsArgs = nameof(IsNotDeclined))]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        output.AsSpan<float>().Fill(x.Rows == Declined ? throw new InvalidOperationException("It was not asked.") : 1);

    private static bool IsNotDeclined(TensorSpec x, TensorSpec? weight, float epsilon, int? varianceSize) => x[0] != Declined;
}

/// <summary>Asks for addresses that are multiples of 64.</summary>
[KernelProvider("aligned")]
internal static partial class AlignedKernels
{
    [Kernel("rms_norm", Alignment = 64)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        Handed.RequireAligned(x);
        Handed.RequireAligned(output);
        Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
    }
}

/// <summary>Takes single precision alone.</summary>
[KernelProvider("single")]
internal static partial class SingleKernels
{
    [Kernel("rms_norm", DTypes = DTypes.F32)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
}
