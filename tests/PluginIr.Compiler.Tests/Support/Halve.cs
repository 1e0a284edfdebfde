using PluginIr.Conformance;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>An op that this assembly declares: <c>x / 2</c>.</summary>
[Op("halve(Tensor x) -> Tensor")]
internal static partial class Halve
{
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor output)
    {
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0; r < x.Rows; r++)
        {
            x.ReadRow(r, row);
            foreach (ref float value in row)
                value /= 2;
            output.WriteRow(r, row);
        }
    }

    public static TensorSpec Infer(TensorSpec x) => x;

    public static void Generate(InputGenerator generator) => generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
}
