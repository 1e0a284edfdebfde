using PluginIr.Ops;
using Xunit;

namespace PluginIr.Contracts.Tests.Ops;

/// <summary>The ops that keep keys and values, and the fused ops, against what they are made of.</summary>
public sealed class CacheValueTests
{
    private readonly KernelContext _context = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_go_where_their_positions_say_and_of_two_at_one_place_the_last_stays(bool isInPlace)
    {
        using Tensor x = Tensor.From<float>([1, 2, 3, 4, 5, 6, 7, 8], 4, 2), rows = Tensor.From<float>([10, 11, 20, 21, 30, 31], 3, 2);
        using Tensor positions = Tensor.From<long>([2, 0, 2], 3), output = isInPlace ? x.Alias() : Tensor.Empty(x.Spec);
        UpdateRows.Native(_context, x, rows, positions, output);
        Assert.Equal([20, 21, 3, 4, 30, 31, 7, 8], output.ToSingles());
        Assert.Equal(isInPlace ? 20 : 1, x.ToSingles()[0]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    public void A_position_that_the_table_does_not_have_is_refused_before_anything_is_written(long position)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 4, 2), rows = Tensor.From<float>([1, 1, 1, 1], 2, 2), positions = Tensor.From<long>([0, position], 2);
        OpArgumentException refused = Assert.Throws<OpArgumentException>(() => UpdateRows.Native(_context, x, rows, positions, x));
        Assert.Contains($"position {position}, element 1 of positions, is not a row of x f32[4,2]; expected 0 to 3", refused.Message, StringComparison.Ordinal);
        Assert.All(x.ToSingles(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Cached_attention_is_attention_over_the_filled_part_and_reads_nothing_after_it()
    {
        using Tensor q = Sequence(DType.Float32, 3, 2, 4), keys = Sequence(DType.Float32, 5, 1, 4), values = Sequence(DType.Float32, 5, 1, 4);
        using Tensor expected = Tensor.Empty(q.Spec), actual = Tensor.Empty(q.Spec), length = Tensor.From<long>([5], 1);
        Attention.Native(_context, q, keys, values, 0.5f, true, expected);
        using Tensor k = Cache(keys), v = Cache(values);
        CachedAttention.Native(_context, q, k, v, length, 0.5f, true, actual);
        Assert.Equal(expected.ToSingles(), actual.ToSingles());
    }

    [Fact]
    public void The_norm_of_heads_and_their_rotation_in_place_are_the_two_one_after_the_other()
    {
        using Tensor query = Sequence(DType.BFloat16, 3, 2, 8), key = Sequence(DType.BFloat16, 3, 1, 8), weight = Sequence(DType.BFloat16, 8);
        using Tensor positions = Tensor.From<long>([4, 5, 6], 3), table = Sequence(DType.Float32, 9, 8);
        using Tensor normedQuery = Tensor.Empty(query.Spec), normedKey = Tensor.Empty(key.Spec), expectedQuery = Tensor.Empty(query.Spec), expectedKey = Tensor.Empty(key.Spec);
        RmsNorm.Native(_context, query, weight, 1e-6f, null, normedQuery);
        RmsNorm.Native(_context, key, null, 1e-6f, null, normedKey);
        RotaryEmbedding.Native(_context, positions, normedQuery, normedKey, 8, 8, table, true, expectedQuery, expectedKey);
        RmsNormRotaryEmbedding.Native(_context, positions, query, key, weight, null, 1e-6f, 8, 8, table, true, query, key);
        Assert.Equal(expectedQuery.ToSingles(), query.ToSingles());
        Assert.Equal(expectedKey.ToSingles(), key.ToSingles());
    }

    // [1, 8, heads, size]: the rows, and NaN after them.
    private static Tensor Cache(Tensor rows)
    {
        const int Capacity = 8;
        float[] filled = [.. rows.ToSingles(), .. Enumerable.Repeat(float.NaN, (int)((Capacity - rows.Shape[0]) * rows.Shape[1] * rows.Last))];
        return Tensor.FromSingles(rows.DType, filled, 1, Capacity, rows.Shape[1], rows.Last);
    }

    private static Tensor Sequence(DType dtype, params ReadOnlySpan<long> shape)
    {
        float[] values = new float[new TensorSpec(dtype, shape).ElementCount];
        for (int i = 0; i < values.Length; i++)
            values[i] = MathF.Sin(i + (values.Length * 0.1f));
        return Tensor.FromSingles(dtype, values, shape);
    }
}
