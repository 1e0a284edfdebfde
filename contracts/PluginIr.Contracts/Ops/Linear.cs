using System.Numerics;
using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>A linear layer without bias: <c>x · weightᵀ</c>.</summary>
/// <remarks>
/// <para>Products are summed in float64 and rounded once.</para>
/// <para>Shapes: x [..., K] and weight [N, K], of one dtype of f32, f16 and bf16; out [..., N].</para>
/// </remarks>
[Op("linear(Tensor x, Tensor weight) -> Tensor")]
public static partial class Linear
{
    private const string OpName = "linear";

    // x goes through in blocks of rows of about this many elements, in and out, so that each weight row is read once for a block.
    private const long BlockElements = 1 << 20;

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor x, Tensor weight, Tensor output)
    {
        int inner = checked((int)x.Last), outer = checked((int)output.Last);
        long rows = x.Rows;
        int blockRows = (int)Math.Clamp(BlockElements / Math.Max(1, Math.Max(inner, outer)), 1, Math.Max(1, rows));
        using Scratch<float> inputMemory = context.Scratch<float>((long)blockRows * inner);
        using Scratch<float> outputMemory = context.Scratch<float>((long)blockRows * outer);
        using Scratch<float> weightMemory = context.Scratch<float>(inner);
        Span<float> inputs = inputMemory, outputs = outputMemory, weights = weightMemory;

        for (long first = 0; first < rows; first += blockRows)
        {
            int count = (int)Math.Min(blockRows, rows - first);
            for (int i = 0; i < count; i++)
                x.ReadRow(first + i, inputs.Slice(i * inner, inner));
            for (int n = 0; n < outer; n++)
            {
                weight.ReadRow(n, weights);
                for (int i = 0; i < count; i++)
                    outputs[(i * outer) + n] = Sum(inputs.Slice(i * inner, inner), weights);
            }

            for (int i = 0; i < count; i++)
                output.WriteRow(first + i, outputs.Slice(i * outer, outer));
        }
    }

    /// <summary>The output's spec: x's with rows of N.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec weight)
    {
        Require.Floating(OpName, "x", x);
        Require.LinearWeight(OpName, weight, x);

        // Remembered by the weight's spec: several linears read the same x, but a weight belongs to one.
        Span<long> shape = stackalloc long[TensorSpec.MaxRank];
        x.Shape.CopyTo(shape);
        shape[x.Rank - 1] = weight[0];
        return weight.Derive(x.DType, shape[..x.Rank]);
    }

    /// <summary>Arguments to test kernels with: weights that keep the output near x in size, now and then of many columns.</summary>
    public static void Generate(InputGenerator generator)
    {
        long inner = generator.Hidden, outer = GeneratedColumns(generator);
        generator.Set("x", generator.Normal(1, generator.Shape(inner)));
        generator.Set("weight", generator.Normal(1 / MathF.Sqrt(inner), outer, inner));
    }

    /// <summary>How many columns test kernels: past what one block of them holds, where rows are short enough for that to take little time.</summary>
    internal static long GeneratedColumns(InputGenerator generator) =>
        generator.Hidden <= 256 && generator.Choose(GeneratorChoice.Length, 4) == 3 ? 203 : Math.Min(generator.Hidden, 48) + 1;

    /// <summary>The sum of two rows' products. Two float64 vectors of partial sums; the tail is added one by one.</summary>
    internal static float Sum(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(left[i..]), out Vector<double> leftLow, out Vector<double> leftHigh);
            Vector.Widen(new Vector<float>(right[i..]), out Vector<double> rightLow, out Vector<double> rightHigh);
            low += leftLow * rightLow;
            high += leftHigh * rightHigh;
        }

        double sum = Vector.Sum(low + high);
        for (; i < left.Length; i++)
            sum += (double)left[i] * right[i];
        return (float)sum;
    }
}
