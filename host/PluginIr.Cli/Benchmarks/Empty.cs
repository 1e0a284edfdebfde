using PluginIr.Conformance;

namespace PluginIr.Cli.Benchmarks;

/// <summary>An op that does nothing, so that what is left of a call is dispatch.</summary>
[Op("empty(Tensor x) -> Tensor")]
internal static partial class Empty
{
    /// <summary>Nothing.</summary>
    [Native]
    internal static void Native(KernelContext context, Tensor x, Tensor output)
    {
    }

    /// <summary>The output's spec: x's.</summary>
    internal static TensorSpec Infer(TensorSpec x) => x;

    /// <summary>Arguments to call it with.</summary>
    internal static void Generate(InputGenerator generator) => generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
}
