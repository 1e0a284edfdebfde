using PluginIr.Ops;

namespace PluginIr.Contracts.Tests.Ops;

public sealed class ModelValueTests
{
    private const float NaN = float.NaN;

    private static readonly KernelContext s_context = new();

    [Fact]
    public void Embedding_copies_rows_for_indices_of_any_shape_and_strides()
    {
        using Tensor weight = Tensor.From<float>([0, 1, 10, 11, 20, NaN], 3, 2), output = Tensor.Empty(DType.Float32, 2, 2, 2);
        using Tensor indices = Layouts.AwkwardCopy(Tensor.From<int>([2, 0, 1, 1], 2, 2));
        Embedding.Native(s_context, indices, weight, output);
        Assert.Equal([20, NaN, 0, 1, 10, 11, 10, 11], output.ToSingles());

        using Tensor scalar = Tensor.From<long>([1], []), row = Tensor.Empty(DType.Float32, 2);
        Embedding.Native(s_context, scalar, weight, row);
        Assert.Equal([10, 11], row.ToSingles());
    }

    [Theory]
    [InlineData(3L)]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    public void An_index_outside_the_table_is_refused_before_anything_is_written(long index)
    {
        using Tensor weight = Tensor.From<float>([1, 2, 3], 3, 1), indices = Tensor.From<long>([0, index], 2);
        using Tensor output = Tensor.From<float>([7, 7], 2, 1);
        Specs.Refused(
            $"embedding: index {index}, element 1 of indices, is not a row of weight f32[3,1]; expected 0 to 2.",
            () => Embedding.Native(s_context, indices, weight, output));
        Assert.Equal([7, 7], output.ToSingles());
    }

    [Theory]
    [InlineData(8L)]
    [InlineData(-1L)]
    public void A_position_outside_the_cache_is_refused_before_anything_is_written(long position)
    {
        using Tensor positions = Tensor.From<long>([0, position], 2), query = Tensor.From<float>([1, 2, 3, 4], 2, 2);
        using Tensor key = query.ToContiguous();
        using Tensor cache = Tensor.Zeros(DType.Float32, 8, 2);
        Specs.Refused(
            $"rotary_embedding: positions[1] is {position}; cos_sin_cache f32[8,2] has rows for positions 0 to 7.",
            () => RotaryEmbedding.Native(s_context, positions, query, key, 2, 2, cache, true, query, key));
        Assert.Equal([1, 2, 3, 4], query.ToSingles());
    }

    [Theory]
    [InlineData(true, new float[] { -3, -4, 1, 2, 5 })] // pairs (1,3) and (2,4) by a quarter turn
    [InlineData(false, new float[] { -2, 1, -4, 3, 5 })] // pairs (1,2) and (3,4)
    public void The_style_says_which_elements_are_pairs_and_the_rest_pass_through(bool isNeoxStyle, float[] expected)
    {
        using Tensor positions = Tensor.From<int>([1], 1), query = Tensor.From<float>([1, 2, 3, 4, 5], 1, 5);
        using Tensor key = Tensor.From<float>([1, 2, 3, 4, 5], 1, 1, 5);
        using Tensor cache = Tensor.From<float>([1, 1, 0, 0, 0, 0, 1, 1], 2, 4), queryOut = Tensor.Empty(query.Spec);
        using Tensor keyOut = Tensor.Empty(key.Spec);
        RotaryEmbedding.Native(s_context, positions, query, key, 5, 4, cache, isNeoxStyle, queryOut, keyOut);
        Assert.Equal(expected, queryOut.ToSingles());
        Assert.Equal(expected, keyOut.ToSingles());
    }

    [Fact]
    public void Heads_may_be_a_dimension_of_their_own()
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 96).Select(_ => random.NextSingle())];
        using Tensor positions = Tensor.From<long>([3, 0, 2], 3), flat = Tensor.From<float>(values, 3, 32);
        using Tensor heads = flat.Reshape(3, 4, 8);
        using Tensor cache = Tensor.From<float>(values.AsSpan(0, 32), 4, 8);
        using Tensor flatOut = Tensor.Empty(flat.Spec), headsOut = Tensor.Empty(heads.Spec);
        RotaryEmbedding.Native(s_context, positions, flat, heads, 8, 8, cache, true, flatOut, headsOut);
        Assert.Equal(flatOut.ToSingles(), headsOut.ToSingles());
        Assert.NotEqual(values, flatOut.ToSingles());
    }

    [Fact]
    public void Equal_scores_average_the_values_that_a_query_sees()
    {
        // Three queries, four keys: causal, they see two, three and four of them. Three is left out, as thirds are not exact.
        using Tensor q = Tensor.Zeros(DType.Float32, 3, 1, 2), k = Tensor.Zeros(DType.Float32, 4, 1, 2);
        using Tensor output = Tensor.Empty(q.Spec);
        using Tensor v = Tensor.From<float>([0, 3, 2, 5, 7, 9, 3, 7], 4, 1, 2);
        Attention.Native(s_context, q, k, v, 1, true, output);
        Assert.Equal([1, 4], output.ToSingles()[..2]);
        Assert.Equal([3, 6], output.ToSingles()[4..]);
        Attention.Native(s_context, q, k, v, 1, false, output);
        Assert.Equal([3, 6, 3, 6, 3, 6], output.ToSingles());
    }

    [Fact]
    public void Query_heads_share_key_heads_in_order()
    {
        using Tensor q = Tensor.Zeros(DType.Float32, 1, 4, 1), k = Tensor.Zeros(DType.Float32, 1, 2, 1);
        using Tensor v = Tensor.From<float>([5, 6], 1, 2, 1);
        using Tensor output = Tensor.Empty(q.Spec);
        Attention.Native(s_context, q, k, v, 1, true, output);
        Assert.Equal([5, 5, 6, 6], output.ToSingles());
    }

    [Fact]
    public void Scores_may_be_as_large_as_float32_goes()
    {
        using Tensor q = Tensor.From<float>([1e19f], 1, 1, 1), k = Tensor.From<float>([1e19f, 0.9e19f], 2, 1, 1);
        using Tensor v = Tensor.From<float>([3, 4], 2, 1, 1);
        using Tensor output = Tensor.Empty(q.Spec);
        Attention.Native(s_context, q, k, v, 1, true, output);
        Assert.Equal([3], output.ToSingles());
    }

    [Fact]
    public void A_nan_in_a_key_spoils_the_queries_that_score_it_and_one_in_a_value_all_of_its_head()
    {
        using Tensor q = Tensor.Zeros(DType.Float32, 2, 1, 1), output = Tensor.Empty(q.Spec);
        using Tensor values = Tensor.From<float>([1, 3], 2, 1, 1);
        using Tensor keys = Tensor.From<float>([0, NaN], 2, 1, 1), zeros = Tensor.Zeros(DType.Float32, 2, 1, 1);
        Attention.Native(s_context, q, keys, values, 1, true, output);
        Assert.Equal([1, NaN], output.ToSingles());

        // The first query does not see the second key: its weight is 0, and 0 · NaN is NaN, as in PyTorch.
        Attention.Native(s_context, q, zeros, keys, 1, true, output);
        Assert.Equal([NaN, NaN], output.ToSingles());
    }

    [Fact]
    public void A_linear_is_the_same_however_many_rows_go_through_it()
    {
        // Long enough rows that x is taken in several blocks.
        const int Inner = 300_000;
        var random = new Random(1);
        using Tensor x = Tensor.Empty(DType.Float32, 5, Inner), weight = Tensor.Empty(DType.Float32, 2, Inner);
        foreach (ref float value in x.AsSpan<float>())
            value = random.NextSingle() - 0.5f;
        foreach (ref float value in weight.AsSpan<float>())
            value = random.NextSingle() - 0.5f;
        using Tensor output = Tensor.Empty(DType.Float32, 5, 2), row = Tensor.Empty(DType.Float32, 1, 2);
        Linear.Native(s_context, x, weight, output);
        for (int r = 0; r < 5; r++)
        {
            using Tensor one = x.Slice(0, r, 1);
            Linear.Native(s_context, one, weight, row);
            Assert.Equal(row.ToSingles(), output.ToSingles()[(2 * r)..((2 * r) + 2)]);
            double expected = 0;
            for (int i = 0; i < Inner; i++)
                expected += (double)one.AsSpan<float>()[i] * weight.AsSpan<float>()[i];
            Assert.Equal((float)expected, row.ToSingles()[0]);
        }
    }

    [Fact]
    public void A_product_over_nothing_is_zero()
    {
        using Tensor x = Tensor.Empty(DType.Float32, 2, 0), weight = Tensor.Empty(DType.Float32, 3, 0);
        using Tensor output = Tensor.FromSingles(DType.Float32, [9, 9, 9, 9, 9, 9], 2, 3);
        Linear.Native(s_context, x, weight, output);
        Assert.All(output.ToSingles(), v => Assert.Equal(0, v));
    }
}
