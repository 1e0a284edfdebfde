using PluginIr.Ops;

namespace PluginIr.Contracts.Tests.Ops;

/// <summary>Which element is the greatest, as torch.argmax has it, and of a matrix product as of any other rows.</summary>
public sealed class ArgmaxValueTests
{
    private const float NaN = float.NaN, Inf = float.PositiveInfinity;

    private static readonly KernelContext s_context = new();

    [Theory]
    [InlineData(2, 1f, 2f, 5f, 3f)]
    [InlineData(1, 1f, 5f, 5f, 5f)] // of equals the first
    [InlineData(0, 7f)]
    [InlineData(0, -Inf, -Inf)]
    [InlineData(1, -Inf, -3e38f, -Inf)]
    [InlineData(2, 3e38f, 1f, Inf, Inf)]
    [InlineData(0, -0f, 0f, -1f)] // equal
    [InlineData(0, 0f, -0f)]
    [InlineData(2, -1f, -1f, -0f, 0f)]
    [InlineData(1, -1e-40f, 1e-40f)]
    [InlineData(2, 1f, Inf, NaN, NaN)] // a NaN is the greatest, of several the first
    [InlineData(0, NaN, Inf)]
    [InlineData(1, -Inf, -NaN, NaN)] // whatever its sign
    public void The_first_of_the_greatest_is_found(long expected, params float[] row)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.BFloat16])
        {
            using Tensor x = Tensor.FromSingles(dtype, row, row.Length), output = Tensor.Empty(Argmax.Infer(x.Spec));
            Argmax.Native(s_context, x, output);
            Assert.Equal(expected, output.AsSpan<long>()[0]);
        }
    }

    [Fact]
    public void Every_row_has_an_index_of_its_own_in_the_shape_of_the_rows()
    {
        using Tensor x = Tensor.From<float>([1, 2, 3, 4, 0, 0, 9, 8, 7, 5, 6, 5], 2, 2, 3), output = Tensor.Empty(Argmax.Infer(x.Spec));
        Argmax.Native(s_context, x, output);
        Assert.Equal("i64[2,2]", output.Spec.ToString());
        Assert.Equal([2, 0, 0, 1], output.AsSpan<long>().ToArray());
    }

    [Fact]
    public void Products_are_compared_as_linear_rounds_them()
    {
        // 256 and 257 are one bfloat16: the first is taken, though the second sum is greater.
        using Tensor x = Tensor.FromSingles(DType.BFloat16, [1, 1], 1, 2), weight = Tensor.FromSingles(DType.BFloat16, [1, 2, 256, 0, 256, 1], 3, 2);
        using Tensor output = Tensor.Empty(DType.Int64, 1);
        LinearArgmax.Native(s_context, x, weight, output);
        Assert.Equal(1, output.AsSpan<long>()[0]);

        using Tensor exact = Tensor.From<float>([1, 1], 1, 2), exactWeight = Tensor.From<float>([1, 2, 256, 0, 256, 1], 3, 2);
        LinearArgmax.Native(s_context, exact, exactWeight, output);
        Assert.Equal(2, output.AsSpan<long>()[0]);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void The_argmax_of_products_is_that_of_linears_output(DType dtype)
    {
        // More rows than go through together, and specials in some of them.
        const int Rows = 1100, Inner = 1000, Outer = 6;
        var random = new Random(1);
        float[] values = Enumerable.Range(0, Rows * Inner).Select(_ => random.NextSingle() - 0.5f).ToArray();
        (values[3 * Inner], values[4 * Inner], values[5 * Inner]) = (NaN, Inf, -Inf);
        float[] weights = Enumerable.Range(0, Outer * Inner).Select(_ => random.NextSingle() - 0.5f).ToArray();
        using Tensor x = Tensor.FromSingles(dtype, values, Rows, Inner), weight = Tensor.FromSingles(dtype, weights, Outer, Inner);
        using Tensor products = Tensor.Empty(dtype, Rows, Outer), expected = Tensor.Empty(DType.Int64, Rows), output = Tensor.Empty(DType.Int64, Rows);
        Linear.Native(s_context, x, weight, products);
        Argmax.Native(s_context, products, expected);
        LinearArgmax.Native(s_context, x, weight, output);
        Assert.Equal(expected.AsSpan<long>().ToArray(), output.AsSpan<long>().ToArray());
        Assert.True(output.AsSpan<long>().ToArray().Distinct().Count() > 1);
    }
}
