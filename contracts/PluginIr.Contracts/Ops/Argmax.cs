using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>The index of each row's greatest element.</summary>
/// <remarks>
/// <para>Of equal elements the first, and 0 equals -0. A NaN is greater than any number: of a row that has one it is the first NaN.</para>
/// <para>Shapes: x [..., H] of f32, f16 or bf16, H at least 1; out i64 [...], x's without the last dimension: one index without dimensions
/// for an x of one.</para>
/// <para>Source: torch.argmax over the last dimension.</para>
/// </remarks>
[Op("argmax(Tensor x) -> Tensor")]
public static partial class Argmax
{
    private const string OpName = "argmax";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor output)
    {
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            int greatest = 0;
            for (int i = 1; i < row.Length; i++)
            {
                if (IsGreater(row[i], row[greatest]))
                    greatest = i;
            }

            WriteIndex(output, r, greatest);
        }
    }

    /// <summary>The output's spec: an index for each of x's rows.</summary>
    /// <exception cref="OpArgumentException">The shape or dtype is not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec x)
    {
        Require.Floating(OpName, "x", x);
        if (x.Last == 0)
            throw EmptyError(x);
        return x.Derive(DType.Int64, x.Shape[..^1]);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator) =>
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));

    /// <summary>True when a value takes the place of the greatest of those before it.</summary>
    internal static bool IsGreater(float value, float greatest) => value > greatest || (float.IsNaN(value) && !float.IsNaN(greatest));

    /// <summary>Writes one element, counted row-major, of an i64 tensor of any rank and strides.</summary>
    internal static unsafe void WriteIndex(Tensor output, long element, long index)
    {
        (long row, long column) = Math.DivRem(element, output.Last);
        long offset = output.Rank == 0 ? 0 : column * output.Stride(-1);
        ((long*)output.RowAddress(row))[offset] = index;
    }

    private static OpArgumentException EmptyError(TensorSpec x) =>
        new(OpName, $"x must have at least one element in a row, as none has no greatest; found {x}.");
}
