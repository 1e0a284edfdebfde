using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class CachedAttentionTests
{
    // Sequences, queries of each, capacity, query heads, key heads, head size.
    private static readonly (int Sequences, int Queries, int Capacity, int Heads, int KeyHeads, int Size)[] s_shapes =
        [(1, 1, 40, 4, 2, 64), (1, 17, 40, 4, 2, 16), (5, 1, 1100, 8, 8, 33), (3, 4, 9, 2, 1, 5)];

    private readonly KernelContext _context = new();

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Each_sequence_is_attention_over_the_filled_part_of_its_cache_bit_for_bit(DType dtype)
    {
        foreach ((int sequences, int queries, int capacity, int heads, int keyHeads, int size) in s_shapes)
        {
            long[] lengths = [.. Enumerable.Range(0, sequences).Select(b => (long)Math.Min(capacity, queries + (b * 7)))];
            using Tensor q = Tensor.FromSingles(dtype, Cases.Normal(1, sequences * queries * heads * size), sequences * queries, heads, size);
            using Tensor k = Cache(dtype, 2, lengths, capacity, keyHeads, size), v = Cache(dtype, 3, lengths, capacity, keyHeads, size);
            using Tensor together = Tensor.Empty(q.Spec), lengthTensor = Tensor.From<long>(lengths, sequences);
            foreach (bool causal in (bool[])[true, false])
            {
                CachedAttention.Run(_context, q, k, v, lengthTensor, 0.25f, causal, together);
                for (int b = 0; b < sequences; b++)
                {
                    using Tensor ownQueries = q.Slice(0, b * queries, queries), actual = together.Slice(0, b * queries, queries);
                    using Tensor keys = Filled(k, b, lengths[b]), values = Filled(v, b, lengths[b]), expected = Tensor.Empty(ownQueries.Spec);
                    Attention.Run(_context, ownQueries, keys, values, 0.25f, causal, expected);
                    TensorAssert.SameBits(expected, actual, $"sequence {b} of {sequences}, causal {causal}");
                }
            }
        }
    }

    [Fact]
    public void A_length_that_the_cache_does_not_have_is_refused_before_anything_is_written()
    {
        using Tensor q = Tensor.Zeros(DType.Float32, 2, 1, 8), k = Tensor.Zeros(DType.Float32, 2, 4, 1, 8), output = Tensor.Zeros(DType.Float32, 2, 1, 8);
        foreach (long length in (long[])[0, -1, 5])
        {
            using Tensor lengths = Tensor.From<long>([4, length], 2);
            output.AsSpan<float>().Fill(7);
            Assert.Contains($"lengths[1] must be from 1 to 4", Assert.Throws<OpArgumentException>(() => CachedAttention.Run(_context, q, k, k, lengths, 1, true, output)).Message);
            Assert.All(output.ToSingles(), value => Assert.Equal(7, value));
        }
    }

    // What is past a length is NaN, so that reading it shows.
    private static Tensor Cache(DType dtype, int seed, long[] lengths, int capacity, int heads, int size)
    {
        float[] values = Cases.Normal(seed, lengths.Length * capacity * heads * size);
        for (int b = 0; b < lengths.Length; b++)
            values.AsSpan((int)((b * capacity) + lengths[b]) * heads * size, (int)(capacity - lengths[b]) * heads * size).Fill(float.NaN);
        return Tensor.FromSingles(dtype, values, lengths.Length, capacity, heads, size);
    }

    private static Tensor Filled(Tensor cache, int sequence, long length)
    {
        using Tensor own = cache.Slice(0, sequence, 1), rows = own.Reshape(cache.Shape[1..]);
        return rows.Slice(0, 0, length);
    }
}
