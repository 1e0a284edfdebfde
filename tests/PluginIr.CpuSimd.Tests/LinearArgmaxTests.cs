using PluginIr.CpuSimd.Products;
using PluginIr.CpuSimd.Searching;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed unsafe class LinearArgmaxTests
{
    // Rows, inner and outer sizes: less than a block of columns, whole blocks, rests; one block of rows and several.
    private static readonly (int Rows, int Inner, int Outer)[] s_shapes =
    [
        (1, 1, 1), (1, 64, 48), (1, 1024, 259), (2, 128, 256), (3, 33, 257), (4, 1024, 512), (8, 64, 1300), (16, 128, 96), (67, 2050, 10), (300, 20, 700),
        (1, 32, 2303), (3, 40, 1100),
    ];

    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void It_is_the_argmax_of_linears_result_whatever_that_is(DType dtype, Width width)
    {
        foreach ((int rows, int inner, int outer) in s_shapes)
        {
            using Tensor x = Tensor.FromSingles(dtype, Cases.Normal(inner, rows * inner), rows, inner);
            using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(outer, outer * inner), outer, inner);
            AssertComposition(width, x, weight);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Ties_across_blocks_are_the_firsts_and_a_nan_anywhere_wins(DType dtype, Width width)
    {
        // Few different sums over several blocks; then a column of NaN in the last block, an infinite one in each, rows of NaN and of zeros.
        const int Rows = 5, Inner = 2, Outer = 1000;
        float[] rows = [1, 0, 0, 1, -1, 0, float.NaN, 0, 0, 0], weights = Cases.SmallIntegers(3, Outer * Inner);
        using Tensor x = Tensor.FromSingles(dtype, rows, Rows, Inner);
        AssertComposition(width, x, Tensor.FromSingles(dtype, weights, Outer, Inner));
        for (int block = 0; block < 4; block++)
            weights[((block * 256) + 100) * Inner] = float.PositiveInfinity;
        AssertComposition(width, x, Tensor.FromSingles(dtype, weights, Outer, Inner));
        weights[(990 * Inner) + 1] = float.NaN;
        AssertComposition(width, x, Tensor.FromSingles(dtype, weights, Outer, Inner));
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDType), MemberType = typeof(Cases))]
    public void Threads_that_share_a_call_change_nothing(DType dtype)
    {
        // Many equal sums, so that the first of them is a matter of order.
        using Tensor x = Tensor.FromSingles(dtype, Cases.SmallIntegers(1, 8 * 256), 8, 256);
        using Tensor weight = Tensor.FromSingles(dtype, Cases.SmallIntegers(2, 4000 * 256).Select((v, i) => i / 256 % 7 == 0 ? 1f : v / 9).ToArray(), 4000, 256);
        using Tensor alone = Tensor.Empty(DType.Int64, 8), shared = Tensor.Empty(DType.Int64, 8);
        LinearArgmax.Run(_context, x, weight, alone);
        foreach (int threads in (int[])[2, 3, 5])
        {
            var team = new TeamOfThreads(threads);
            for (int i = 0; i < 20; i++)
            {
                LinearArgmax.Run(new KernelContext { Workers = team }, x, weight, shared);
                TensorAssert.SameBits(alone, shared, $"{threads} threads");
            }

            Assert.True(team.Shared > 0, "no thread was asked.");
        }
    }

    [Fact]
    public void Sizes_of_zero_are_native()
    {
        using Tensor none = Tensor.Zeros(DType.Float32, 0, 4), weight = Tensor.Zeros(DType.Float32, 4, 4), noIndices = Tensor.Empty(DType.Int64, 0);
        LinearArgmax.Run(_context, none, weight, noIndices);

        using Tensor x = Tensor.Zeros(DType.Float32, 2, 0), empty = Tensor.Zeros(DType.Float32, 3, 0), indices = Tensor.From<long>([9, 9], 2);
        LinearArgmax.Run(_context, x, empty, indices);
        Assert.Equal([0, 0], indices.AsSpan<long>().ToArray());
    }

    private static void AssertComposition(Width width, Tensor x, Tensor weight)
    {
        long rows = x.Shape[0], outer = weight.Shape[0];
        using Tensor products = Tensor.Empty(x.DType, rows, outer), expected = Tensor.Empty(DType.Int64, rows), found = Tensor.Empty(DType.Int64, rows);
        Specialized.RunAt(width, x.DType, new MatrixProduct(x, weight, products, threads: 1));
        Ops.Argmax.Native(new KernelContext(), products, expected);

        Place[] places = new Place[rows * MatrixProduct.MostBlocks((nint)outer)];
        foreach (int threads in (int[])[1, 16])
        {
            fixed (Place* first = places)
            {
                var product = new MatrixProduct(x, weight, first, threads);
                Specialized.RunAt(width, x.DType, product);
                LinearArgmax.Combine(first, (nint)rows, product.ColumnBlocks, found.Pointer<long>());
            }

            TensorAssert.SameBits(expected, found, $"{x} by {weight}, in parts for {threads} threads");
        }
    }
}
