using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>The sum of two tensors: <c>x + y</c>.</summary>
/// <remarks>
/// <para>Arithmetic is float32, rounded once.</para>
/// <para>Shapes: x and y alike, of f32, f16 or bf16; out as x. In place, out takes x's memory.</para>
/// </remarks>
[Op("add(Tensor x, Tensor y) -> Tensor", AllowInplace = true)]
public static partial class Add
{
    private const string OpName = "add";

    /// <summary>The definition. Reads a row of both inputs before it writes the output's.</summary>
    [Native(Inplace = Inplace.May)]
    public static void Native(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        using Scratch<float> rowMemory = context.Scratch<float>(x.Last);
        using Scratch<float> otherMemory = context.Scratch<float>(x.Last);
        Span<float> row = rowMemory, other = otherMemory;
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            y.ReadRow(r, other);
            for (int i = 0; i < row.Length; i++)
                row[i] += other[i];
            output.WriteRow(r, row);
        }
    }

    /// <summary>The output's spec: x's.</summary>
    /// <exception cref="OpArgumentException">x is not a floating-point tensor, or y is not like it.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec y)
    {
        Require.Floating(OpName, "x", x);
        Require.Same(OpName, "y", y, "x", x);
        return x;
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("y", generator.Normal(1, generator.Shape(generator.Hidden)));
    }
}
