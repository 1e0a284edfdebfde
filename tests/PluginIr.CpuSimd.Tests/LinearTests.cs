using PluginIr.CpuSimd.Products;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class LinearTests
{
    // Rows, inner and outer sizes: one row and whole tiles, rests of tiles, of vectors, of blocks, of all three.
    private static readonly (int Rows, int Inner, int Outer)[] s_shapes =
    [
        (1, 1, 1), (1, 64, 48), (1, 1024, 259), (1, 1000, 5), (1, 4096, 7), (2, 128, 9), (3, 33, 17), (4, 1024, 8), (5, 33, 17), (5, 1040, 6),
        (7, 100, 4), (8, 64, 300), (1, 96, 2303), (3, 40, 1100), (16, 128, 96), (67, 2050, 10), (130, 1100, 3), (300, 20, 6),
        (6, 2048, 261), (12, 2080, 200), (2, 2080, 24), (10, 64, 258), (11, 1040, 6), (13, 33, 17), (33, 128, 256), (34, 100, 13), (35, 64, 7),
        (1, 24, 8), (5, 1030, 6), (33, 1031, 9), (4, 1040, 8), (12, 1041, 13), (6, 2070, 8), (34, 1048, 12), (5, 1056, 6), (1, 1057, 8),
        (12, 1057, 9),
    ];

    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void It_is_close_to_native_and_writes_nothing_else(DType dtype, Width width)
    {
        foreach ((int rows, int inner, int outer) in s_shapes)
        {
            float deviation = 1 / MathF.Sqrt(inner);
            using GuardedTensor x = GuardedTensor.From(dtype, Cases.Normal(inner, rows * inner), rows, inner), output = new(dtype, rows, outer);
            using GuardedTensor weight = GuardedTensor.From(
                dtype, Cases.Normal(outer, outer * inner).Select(value => value * deviation).ToArray(), outer, inner);
            using Tensor expected = Tensor.Empty(dtype, rows, outer);
            Ops.Linear.Native(_context, x.Tensor, weight.Tensor, expected);
            RunAt(width, x.Tensor, weight.Tensor, output.Tensor);
            TensorAssert.Close(expected, output.Tensor, $"{rows}x{inner} by {outer}");
            Assert.True(output.GuardsAreIntact, $"{rows}x{inner} by {outer}: wrote outside the output.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Every_bit_is_natives_when_the_sums_are_exact(DType dtype, Width width)
    {
        foreach ((int rows, int inner, int outer) in s_shapes)
        {
            using Tensor x = Tensor.FromSingles(dtype, Cases.SmallIntegers(inner, rows * inner), rows, inner);
            using Tensor weight = Tensor.FromSingles(dtype, Cases.SmallIntegers(outer, outer * inner), outer, inner);
            using Tensor expected = Tensor.Empty(dtype, rows, outer), output = Tensor.Empty(dtype, rows, outer);
            Ops.Linear.Native(_context, x, weight, expected);
            RunAt(width, x, weight, output);
            TensorAssert.SameBits(expected, output, $"{rows}x{inner} by {outer}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void A_rows_bits_depend_on_nothing_but_the_row(DType dtype, Width width)
    {
        foreach ((int rows, int inner, int outer) in s_shapes)
        {
            using Tensor x = Tensor.FromSingles(dtype, Cases.Normal(inner, rows * inner), rows, inner);
            using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(outer, outer * inner), outer, inner);
            using Tensor together = Tensor.Empty(dtype, rows, outer), alone = Tensor.Empty(dtype, 1, outer);
            RunAt(width, x, weight, together);
            foreach (int row in (int[])[0, rows / 2, rows - 1])
            {
                using Tensor one = x.Slice(0, row, 1), shared = together.Slice(0, row, 1);
                foreach (int threads in (int[])[1, 16])
                {
                    RunAt(width, one, weight, alone, threads);
                    TensorAssert.SameBits(alone, shared, $"row {row} of {rows}x{inner} by {outer}, in parts for {threads} threads");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Special_values_come_out_where_native_has_them(DType dtype, Width width)
    {
        float[] special =
        [
            float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 65504f, 0f, -0f, 1e-40f, float.Epsilon,
        ];
        const int Inner = 37, Outer = 7;
        float[] values = Cases.Normal(1, special.Length * Inner), weights = Cases.Normal(2, Outer * Inner);
        for (int i = 0; i < special.Length; i++)
            values[(i * Inner) + (3 * i)] = special[i];
        weights[Inner + 5] = float.PositiveInfinity;
        weights[(2 * Inner) + 6] = 0f;
        weights[(3 * Inner) + 7] = float.MaxValue;
        weights[(4 * Inner) + 3] = float.NaN;

        // Which the last two vectors have, of 16, 8 or 4 lanes, although those before have it too.
        weights[(5 * Inner) + 30] = float.NegativeInfinity;
        using Tensor x = Tensor.FromSingles(dtype, values, special.Length, Inner), weight = Tensor.FromSingles(dtype, weights, Outer, Inner);
        using Tensor expected = Tensor.Empty(dtype, special.Length, Outer), output = Tensor.Empty(expected.Spec);
        Ops.Linear.Native(_context, x, weight, expected);
        RunAt(width, x, weight, output);
        TensorAssert.Close(expected, output, $"{width}");
    }

    // Of the last columns of a block a tile makes more than there are: what it makes of a row must not reach the next one.
    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void A_row_that_is_not_finite_leaves_the_others_bits(DType dtype, Width width)
    {
        const int Inner = 64, Outer = 256;
        foreach (int rows in (int[])[12, 40])
        {
            float[] values = Cases.Normal(1, rows * Inner), spoilt = [.. values];
            const int Spoilt = 5;
            (spoilt[Spoilt * Inner], spoilt[(Spoilt * Inner) + 1]) = (float.NaN, float.PositiveInfinity);
            using Tensor x = Tensor.FromSingles(dtype, values, rows, Inner), spoiltX = Tensor.FromSingles(dtype, spoilt, rows, Inner);
            using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(2, Outer * Inner), Outer, Inner);
            using Tensor expected = Tensor.Empty(dtype, rows, Outer), output = Tensor.Empty(expected.Spec);
            RunAt(width, x, weight, expected);
            RunAt(width, spoiltX, weight, output);
            for (int row = 0; row < rows; row++)
            {
                using Tensor one = output.Slice(0, row, 1), expectedOne = expected.Slice(0, row, 1);
                if (row == Spoilt)
                    Assert.All(one.ToSingles(), value => Assert.True(float.IsNaN(value)));
                else
                    TensorAssert.SameBits(expectedOne, one, $"row {row} of {rows}");
            }
        }
    }

    [Theory]
    [InlineData(Width.Bits128)]
    [InlineData(Width.Bits256)]
    [InlineData(Width.Bits512)]
    public void Sums_that_overflow_on_the_way_are_natives(Width width)
    {
        // 3e38 + 3e38 - 3e38 - 3e38 + 1: infinite in float32 whatever the order, except in pairs.
        float[] row = new float[64];
        (row[0], row[16], row[32], row[48], row[63]) = (3e38f, 3e38f, -3e38f, -3e38f, 1f);
        using Tensor x = Tensor.FromSingles(DType.Float32, row, 1, 64), weight = Tensor.FromSingles(DType.Float32, Enumerable.Repeat(1f, 64).ToArray(), 1, 64);
        using Tensor output = Tensor.Empty(DType.Float32, 1, 1);
        RunAt(width, x, weight, output);
        Assert.Equal(1f, output.ToSingles()[0]);
    }

    [Fact]
    public void Sizes_of_zero_are_native()
    {
        foreach ((int rows, int inner, int outer) in ((int, int, int)[])[(0, 4, 4), (2, 0, 3), (12, 0, 12), (2, 4, 0)])
        {
            using Tensor x = Tensor.Zeros(DType.Float32, rows, inner), weight = Tensor.Zeros(DType.Float32, outer, inner);
            using Tensor output = Tensor.FromSingles(DType.Float32, Enumerable.Repeat(9f, rows * outer).ToArray(), rows, outer);
            Linear.Run(_context, x, weight, output);
            Assert.All(output.ToSingles(), value => Assert.Equal(0f, value));
        }
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        using Tensor x = Tensor.Zeros(DType.BFloat16, 3, 100), weight = Tensor.Zeros(DType.BFloat16, 20, 100), output = Tensor.Empty(DType.BFloat16, 3, 20);
        Linear.Run(_context, x, weight, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Linear.Run(_context, x, weight, output);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void RunAt(Width width, Tensor x, Tensor weight, Tensor output, int threads = 1) =>
        Specialized.RunAt(width, x.DType, new MatrixProduct(x, weight, output, threads));
}
