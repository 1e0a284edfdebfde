using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Looks up rows of a table: <c>out[i] = weight[indices[i]]</c>.</summary>
/// <remarks>
/// <para>Rows are copied as they are.</para>
/// <para>Shapes: indices [...] of i32 or i64; weight [V, H] of f32, f16 or bf16; out [..., H] of weight's dtype.</para>
/// </remarks>
[Op("embedding(Tensor indices, Tensor weight) -> Tensor")]
public static partial class Embedding
{
    private const string OpName = "embedding";

    /// <summary>The definition.</summary>
    /// <exception cref="OpArgumentException">An index is not in the table. Nothing was written.</exception>
    [Native]
    public static void Native(KernelContext context, Tensor indices, Tensor weight, Tensor output)
    {
        for (long i = 0; i < indices.ElementCount; i++)
        {
            if ((ulong)IndexAt(indices, i) >= (ulong)weight.Shape[0])
                throw OutOfTable(IndexAt(indices, i), i, weight);
        }

        using Scratch<float> memory = context.Scratch<float>(weight.Last);
        Span<float> row = memory;
        for (long i = 0; i < indices.ElementCount; i++)
        {
            weight.ReadRow(IndexAt(indices, i), row);
            output.WriteRow(i, row);
        }
    }

    /// <summary>The output's spec: the indices' shape with rows of the table.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec indices, TensorSpec weight)
    {
        Require.Indices(OpName, "indices", indices);
        Require.Floating(OpName, "weight", weight);
        if (weight.Rank != 2)
            throw WeightError(weight);
        if (indices.Rank == TensorSpec.MaxRank)
            throw IndicesError(indices);

        Span<long> shape = stackalloc long[TensorSpec.MaxRank];
        indices.Shape.CopyTo(shape);
        shape[indices.Rank] = weight.Last;
        return indices.Derive(weight.DType, shape[..(indices.Rank + 1)]);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        const long Entries = 97;
        generator.Set("indices", generator.Indices(generator.IndexDType, Entries, generator.Shape(generator.Hidden).AsSpan()[..^1]));
        generator.Set("weight", generator.Normal(1, Entries, generator.Hidden));
    }

    // Element i in row-major order, whatever the rank and strides.
    private static unsafe long IndexAt(Tensor indices, long element)
    {
        (long row, long column) = Math.DivRem(element, indices.Last);
        nint address = indices.RowAddress(row);
        long offset = indices.Rank == 0 ? 0 : column * indices.Stride(-1);
        return indices.DType == DType.Int64 ? ((long*)address)[offset] : ((int*)address)[offset];
    }

    private static OpArgumentException OutOfTable(long index, long element, Tensor weight) => new(
        OpName, $"index {index}, element {element} of indices, is not a row of weight {weight.Spec}; " +
                $"expected 0 to {weight.Shape[0] - 1}.");

    private static OpArgumentException WeightError(TensorSpec weight) =>
        new(OpName, $"weight must have two dimensions, rows and their elements; found {weight}.");

    private static OpArgumentException IndicesError(TensorSpec indices) =>
        new(OpName, $"indices must have fewer than {TensorSpec.MaxRank} dimensions, as the output has one more; found {indices}.");
}
