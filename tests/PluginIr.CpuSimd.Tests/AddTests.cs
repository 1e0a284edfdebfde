using PluginIr.CpuSimd.Stores;
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
    public void A_row_among_so_many_that_they_are_streamed_has_the_bits_that_it_has_alone(DType dtype, Width width)
    {
        long rows = (Streaming.Threshold / 1024) + 1;
        float[] row = Cases.Normal(1, 1024);
        using Tensor x = Tensor.Empty(dtype, rows, 1024), output = Tensor.Empty(dtype, rows, 1024);
        for (long r = 0; r < rows; r++)
            x.WriteRow(r, row);
        using Tensor first = x.Slice(0, 0, 1), alone = Tensor.Empty(dtype, 1, 1024);
        Assert.True(Streaming.Suits(output, x));

        Specialized.RunAt(width, dtype, new Add.Work(x, x, output));
        Specialized.RunAt(width, dtype, new Add.Work(first, first, alone));

        for (long r = 0; r < rows; r++)
        {
            using Tensor shared = output.Slice(0, r, 1);
            TensorAssert.SameBits(alone, shared, $"row {r}");
        }
    }

    [Fact]
    public void An_output_is_streamed_only_when_it_is_large_and_aligned_and_not_the_input()
    {
        using Tensor memory = Tensor.Empty(DType.Float32, 1 << 21), other = Tensor.Empty(DType.Float32, 1);
        using Tensor large = memory.AsStrided(new TensorSpec(DType.Float32, 1024, 1024), 0);
        using Tensor small = memory.AsStrided(new TensorSpec(DType.Float32, 1023, 1024), 0);
        using Tensor unaligned = memory.AsStrided(new TensorSpec(DType.Float32, 1024, 1024), 1);
        using Tensor oddRows = memory.AsStrided(new TensorSpec(DType.Float32, 1024, 1025), 0);

        Assert.True(Streaming.Suits(large, other));
        Assert.False(Streaming.Suits(large, large));
        Assert.False(Streaming.Suits(small, other));
        Assert.False(Streaming.Suits(unaligned, other));
        Assert.False(Streaming.Suits(oddRows, other));
    }
}
