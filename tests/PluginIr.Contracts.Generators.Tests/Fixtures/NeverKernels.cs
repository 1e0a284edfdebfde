namespace PluginIr.Contracts.Generators.Tests.Fixtures;

/// <summary>Clears its outputs before it reads, so that it is wrong when an output is an input.</summary>
[KernelProvider("never")]
internal static partial class NeverKernels
{
    [Kernel("twin")]
    private static void Twin(KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float scale, Tensor output, Tensor residualOut)
    {
        output.AsSpan<float>().Clear();
        residualOut.AsSpan<float>().Clear();
        Fixtures.Twin.Native(context, x, xResidual, weight, scale, output, residualOut);
    }
}
