namespace PluginIr.Contracts.Generators.Tests.Fixtures;

/// <summary>Works in place only: never looks at its outputs.</summary>
[KernelProvider("only")]
internal static partial class OnlyKernels
{
    [Kernel("twin", Inplace = Inplace.Only)]
    private static void Twin(KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float scale, Tensor output, Tensor residualOut) =>
        Fixtures.Twin.Native(context, x, xResidual, weight, scale, x, xResidual);
}
