using PluginIr.Conformance;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>An op that this assembly declares: <c>x / 4</c>.</summary>
[Op("quarter(Tensor x) -> Tensor")]
internal static partial class Quarter
{
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor output)
    {
        Halve.Native(context, x, output);
        Halve.Native(context, output, output);
    }

    public static TensorSpec Infer(TensorSpec x) => x;

    public static void Generate(InputGenerator generator) => generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
}

/// <summary>Kernels of it.</summary>
[KernelProvider("quartering")]
internal static partial class Quartering
{
    [Kernel("quarter")]
    private static void Run(KernelContext context, Tensor x, Tensor output) => Quarter.Native(context, x, output);
}
