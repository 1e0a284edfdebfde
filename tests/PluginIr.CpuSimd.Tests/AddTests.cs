using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class AddTests
{
    private static readonly float[] s_special =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1e-40f, -1e-40f, 1f, -1f, 65504f, 16f, 15f, float.MaxValue, float.MinValue,
    ];

    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndSize), MemberType = typeof(Cases))]
    public void It_is_native_bit_for_bit_at_every_width_in_place_and_not(DType dtype, int hidden)
    {
        foreach (int rows in (int[])[1, 3])
        {
            float[] xValues = Cases.Normal(hidden, rows * hidden);
            using GuardedTensor y = GuardedTensor.From(dtype, Cases.Normal(hidden + 1, rows * hidden), rows, hidden);
            using Tensor expected = Tensor.Empty(dtype, rows, hidden);
            foreach (Width width in Cases.Widths)
            {
                using GuardedTensor x = GuardedTensor.From(dtype, xValues, rows, hidden), output = new(dtype, rows, hidden);
                Ops.Add.Native(_context, x.Tensor, y.Tensor, expected);
                Specialized.RunAt(width, dtype, new Add.Work(x.Tensor, y.Tensor, output.Tensor));
                Specialized.RunAt(width, dtype, new Add.Work(x.Tensor, y.Tensor, x.Tensor));
                TensorAssert.SameBits(expected, output.Tensor, $"{width} {rows}x{hidden}");
                TensorAssert.SameBits(expected, x.Tensor, $"{width} {rows}x{hidden} in place");
                Assert.True(output.GuardsAreIntact && x.GuardsAreIntact, $"{width} {rows}x{hidden}: wrote outside the output.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Special_values_come_out_where_native_has_them(DType dtype, Width width)
    {
        float[] xValues = [.. s_special.SelectMany(value => Enumerable.Repeat(value, s_special.Length))];
        float[] yValues = [.. s_special.SelectMany(_ => s_special)];
        using Tensor x = Tensor.FromSingles(dtype, xValues, xValues.Length), y = Tensor.FromSingles(dtype, yValues, xValues.Length);
        using Tensor expected = Tensor.Empty(x.Spec), output = Tensor.Empty(x.Spec);
        Ops.Add.Native(_context, x, y, expected);
        Specialized.RunAt(width, dtype, new Add.Work(x, y, output));
        TensorAssert.Close(expected, output, $"{width}");
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void A_rows_bits_depend_on_nothing_but_the_row(DType dtype, Width width)
    {
        using Tensor x = Tensor.FromSingles(dtype, Cases.Normal(1, 148), 4, 37), y = Tensor.FromSingles(dtype, Cases.Normal(2, 148), 4, 37);
        using Tensor together = Tensor.Empty(dtype, 4, 37), alone = Tensor.Empty(dtype, 1, 37);
        using Tensor lastX = x.Slice(0, 3, 1), lastY = y.Slice(0, 3, 1), shared = together.Slice(0, 3, 1);
        Specialized.RunAt(width, dtype, new Add.Work(x, y, together));
        Specialized.RunAt(width, dtype, new Add.Work(lastX, lastY, alone));
        TensorAssert.SameBits(alone, shared, $"{width}");
    }
}
