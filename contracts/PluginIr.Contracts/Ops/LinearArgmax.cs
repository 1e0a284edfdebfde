using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>The index of the greatest element of each row of a linear layer's result: <c>argmax(linear(x, weight))</c>.</summary>
/// <remarks>
/// <para>What <see cref="Linear"/> makes, rounded to x's dtype as there, is compared as <see cref="Argmax"/> compares it. Never is all of it in
/// memory. Two elements that are closer than a sum's rounding are in the order that the kernel's own sums have.</para>
/// <para>Shapes: x [..., K] and weight [N, K], of one dtype of f32, f16 and bf16, N at least 1; out i64 [...], x's without the last
/// dimension.</para>
/// </remarks>
[Op("linear_argmax(Tensor x, Tensor weight) -> Tensor")]
public static partial class LinearArgmax
{
    private const string OpName = "linear_argmax";

    // x goes through in blocks of rows of about this many elements, so that each weight row is read once for a block.
    private const long BlockElements = 1 << 20;

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor weight, Tensor output)
    {
        int inner = checked((int)x.Last);
        long rows = x.Rows, outer = weight.Shape[0];
        int blockRows = (int)Math.Clamp(BlockElements / Math.Max(1, inner), 1, Math.Max(1, rows));
        using Scratch<float> inputMemory = context.Scratch<float>((long)blockRows * inner);
        using Scratch<float> weightMemory = context.Scratch<float>(inner);
        using Scratch<float> columnMemory = context.Scratch<float>(blockRows);
        using Scratch<float> greatestMemory = context.Scratch<float>(blockRows);
        using Scratch<long> indexMemory = context.Scratch<long>(blockRows);
        Span<float> inputs = inputMemory, weights = weightMemory;

        for (long first = 0; first < rows; first += blockRows)
        {
            int count = (int)Math.Min(blockRows, rows - first);
            Span<float> column = columnMemory.Span[..count], greatest = greatestMemory.Span[..count];
            Span<long> indices = indexMemory.Span[..count];
            for (int i = 0; i < count; i++)
                x.ReadRow(first + i, inputs.Slice(i * inner, inner));
            for (long n = 0; n < outer; n++)
            {
                weight.ReadRow(n, weights);
                for (int i = 0; i < count; i++)
                    column[i] = Linear.Sum(inputs.Slice(i * inner, inner), weights);
                ElementConversion.Round(column, x.DType);
                for (int i = 0; i < count; i++)
                {
                    if (n == 0 || Argmax.IsGreater(column[i], greatest[i]))
                        (greatest[i], indices[i]) = (column[i], n);
                }
            }

            for (int i = 0; i < count; i++)
                Argmax.WriteIndex(output, first + i, indices[i]);
        }
    }

    /// <summary>The output's spec: an index for each of x's rows.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec weight)
    {
        Require.Floating(OpName, "x", x);
        Require.LinearWeight(OpName, weight, x);
        if (weight[0] == 0)
            throw EmptyError(weight);
        return weight.Derive(DType.Int64, x.Shape[..^1]);
    }

    /// <summary>Arguments to test kernels with.</summary>
    /// <remarks>
    /// An index is right or wrong, so sums must not depend on the order of their parts: factors are small integers, and those of a row of x, as
    /// those of a row of weight, have one sign. Then sums are exact, and a special value among them is not lost in one order alone. Equal sums
    /// are common. Long rows get so many columns that kernels divide them.
    /// </remarks>
    public static void Generate(InputGenerator generator)
    {
        long inner = generator.Hidden, outer = inner < 1000 ? Linear.GeneratedColumns(generator) : 300;
        generator.Set("x", SmallIntegers(generator, 8, generator.Shape(inner)));
        generator.Set("weight", SmallIntegers(generator, 3, [outer, inner]));
    }

    private static Tensor SmallIntegers(InputGenerator generator, int largest, long[] shape)
    {
        if (generator.IsDataLess)
            return Tensor.Empty(generator.DType, shape);
        long columns = shape[^1], rows = shape[..^1].Aggregate(1L, (product, size) => product * size);
        float[] values = new float[rows * columns];
        for (long r = 0; r < rows; r++)
        {
            int sign = generator.Random.Next(2) == 0 ? 1 : -1;
            for (long i = 0; i < columns; i++)
                values[(r * columns) + i] = sign * generator.Random.Next(1, largest + 1);
        }

        return Tensor.FromSingles(generator.DType, values, shape);
    }

    private static OpArgumentException EmptyError(TensorSpec weight) =>
        new(OpName, $"weight must have at least one row, as none has no greatest product; found {weight}.");
}
