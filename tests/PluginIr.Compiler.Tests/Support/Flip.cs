using PluginIr.Conformance;
using PluginIr.Graphs;
using PluginIr.Ops;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>An op that this assembly declares: <c>-x</c>.</summary>
[Op("flip(Tensor x) -> Tensor")]
internal static partial class Flip
{
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor output)
    {
        for (int i = 0; i < x.ElementCount; i++)
            output.AsSpan<float>()[i] = -x.AsSpan<float>()[i];
    }

    public static TensorSpec Infer(TensorSpec x) => x;

    public static void Generate(InputGenerator generator) => generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
}

/// <summary>An op whose generator fails.</summary>
[Op("unshown(Tensor x) -> Tensor")]
internal static partial class Unshown
{
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor output) => output.CopyFrom(x);

    public static TensorSpec Infer(TensorSpec x) => x;

    public static void Generate(InputGenerator generator) => throw new InvalidTimeZoneException("no inputs today");
}

/// <summary>Leads back to its own pattern.</summary>
[Fusion("flip_again")]
internal static class FlipAgain
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) => [graph.Flip(variables.Tensor("x"))];

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) => [graph.Flip(variables.Tensor("x"))];
}

/// <summary>Cannot be shown equal.</summary>
[Fusion("flip_twice")]
internal static class FlipTwice
{
    public static GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables) => [graph.Flip(graph.Flip(variables.Tensor("x")))];

    public static GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables) => [graph.Unshown(variables.Tensor("x"))];
}
