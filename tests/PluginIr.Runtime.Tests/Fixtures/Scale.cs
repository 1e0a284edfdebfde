using PluginIr.Conformance;

namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>An op that this assembly declares: <c>x · factor</c>, in place allowed.</summary>
[Op("scale(Tensor x, float factor) -> Tensor", AllowInplace = true)]
internal static partial class Scale
{
    /// <summary>The definition. Throws for a factor that is not a number, so that tests have a native kernel that fails.</summary>
    [Native(Inplace = Inplace.May)]
    public static void Native(KernelContext context, Tensor x, float factor, Tensor output)
    {
        if (float.IsNaN(factor))
            throw new ArithmeticException("The factor is not a number.");
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0; r < x.Rows; r++)
        {
            x.ReadRow(r, row);
            foreach (ref float value in row)
                value *= factor;
            output.WriteRow(r, row);
        }
    }

    public static TensorSpec Infer(TensorSpec x, float factor) => x;

    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
        generator.Set("factor", 2f);
    }
}
