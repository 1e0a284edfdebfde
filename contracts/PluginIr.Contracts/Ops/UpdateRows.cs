using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Writes rows into a table: <c>out = x, but out[positions[t]] = rows[t]</c>. How a cache of keys or values takes new tokens.</summary>
/// <remarks>
/// <para>Elements are copied as they are. Of rows with one position the last stays.</para>
/// <para>Shapes: x [C, ...] and rows [T, ...], alike but for the first dimension, of one dtype of f32, f16 and bf16; positions [T] of i32 or
/// i64, each less than C; out as x. In place, out takes x's memory, and only the rows are copied.</para>
/// </remarks>
[Op("update_rows(Tensor x, Tensor rows, Tensor positions) -> Tensor", AllowInplace = true)]
public static partial class UpdateRows
{
    private const string OpName = "update_rows";

    /// <summary>The definition.</summary>
    /// <exception cref="OpArgumentException">A position is not in the table. Nothing was written.</exception>
    [Native(Inplace = Inplace.May)]
    public static void Native(KernelContext context, Tensor x, Tensor rows, Tensor positions, Tensor output)
    {
        for (long t = 0; t < positions.ElementCount; t++)
        {
            if ((ulong)positions.ReadIndex(t) >= (ulong)x.Shape[0])
                throw OutOfTable(positions.ReadIndex(t), t, x);
        }

        if (!output.IsSameView(x))
            output.CopyFrom(x);
        long parts = rows.Shape[0] == 0 ? 0 : rows.Rows / rows.Shape[0];
        using Scratch<float> memory = context.Scratch<float>(rows.Last);
        for (long t = 0; t < positions.ElementCount; t++)
        {
            long position = positions.ReadIndex(t);
            for (long part = 0; part < parts; part++)
                CopyRow(rows, (t * parts) + part, output, (position * parts) + part, memory);
        }
    }

    /// <summary>The output's spec: x's.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec x, TensorSpec rows, TensorSpec positions)
    {
        Require.Floating(OpName, "x", x);
        Require.Indices(OpName, "positions", positions);
        if (x.Rank < 2 || rows.DType != x.DType || rows.Rank != x.Rank || !rows.Shape[1..].SequenceEqual(x.Shape[1..]))
            throw new OpArgumentException(OpName, $"x must have two dimensions or more, and rows be like it but for the first; found x {x}, rows {rows}.");
        if (positions.Rank != 1 || positions[0] != rows[0])
            throw new OpArgumentException(OpName, $"positions must be [{rows[0]}], one for each of rows {rows}; found {positions}.");
        return x;
    }

    /// <summary>Arguments to test kernels with: a table of a few rows more than are written.</summary>
    public static void Generate(InputGenerator generator)
    {
        long capacity = generator.Rows + 1 + generator.Random.Next(9);
        generator.Set("x", generator.Normal(1, generator.Shape(capacity, generator.Hidden)));
        generator.Set("rows", generator.Normal(1, generator.Shape(generator.Rows, generator.Hidden)));
        generator.Set("positions", generator.Indices(generator.IndexDType, capacity, generator.Rows));
    }

    private static unsafe void CopyRow(Tensor from, long fromRow, Tensor to, long toRow, Span<float> memory)
    {
        if (from.IsContiguous && to.IsContiguous)
        {
            long bytes = from.Last * from.DType.Size();
            Buffer.MemoryCopy((void*)from.RowAddress(fromRow), (void*)to.RowAddress(toRow), bytes, bytes);
            return;
        }

        // Floating-point rows go through float32 and back as they are.
        from.ReadRow(fromRow, memory);
        to.WriteRow(toRow, memory);
    }

    private static OpArgumentException OutOfTable(long position, long element, Tensor x) => new(
        OpName, $"position {position}, element {element} of positions, is not a row of x {x.Spec}; expected 0 to {x.Shape[0] - 1}.");
}
