using PluginIr.Conformance;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>An op that takes any text: <c>x</c>.</summary>
[Op("label(Tensor x, str text) -> Tensor")]
internal static partial class Label
{
    [Native]
    public static void Native(KernelContext context, Tensor x, string text, Tensor output) => output.CopyFrom(x);

    public static TensorSpec Infer(TensorSpec x, string text) => x;

    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
        generator.Set("text", "any");
    }
}
