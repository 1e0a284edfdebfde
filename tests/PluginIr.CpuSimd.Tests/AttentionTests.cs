using PluginIr.CpuSimd.Attending;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class AttentionTests
{
    // Queries, keys, query heads, key heads, head size: one query and blocks of them, rests of tiles, of vectors and of spans of keys.
    private static readonly (int Queries, int Keys, int Heads, int KeyHeads, int Size)[] s_shapes =
    [
        (1, 1, 1, 1, 1), (1, 37, 4, 2, 64), (1, 512, 4, 2, 16), (1, 513, 4, 2, 16), (1, 1100, 16, 8, 128), (1, 2500, 6, 2, 80), (2, 7, 3, 1, 5), (3, 20, 8, 8, 33),
        (5, 5, 4, 1, 96),        (17, 40, 4, 2, 128), (40, 1040, 4, 2, 16), (65, 65, 2, 1, 31), (33, 33, 10, 2, 24), (1, 40, 8, 2, 112), (2, 30, 4, 2, 43), (9, 40, 4, 4, 43),
    ];

    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void It_is_close_to_native_and_writes_nothing_else(DType dtype, Width width)
    {
        foreach ((int queries, int keys, int heads, int keyHeads, int size) in s_shapes)
        {
            using GuardedTensor q = GuardedTensor.From(dtype, Cases.Normal(1, queries * heads * size), queries, heads, size);
            using GuardedTensor k = GuardedTensor.From(dtype, Cases.Normal(2, keys * keyHeads * size), keys, keyHeads, size);
            using GuardedTensor v = GuardedTensor.From(dtype, Cases.Normal(3, keys * keyHeads * size), keys, keyHeads, size);
            using GuardedTensor output = new(dtype, queries, heads, size);
            using Tensor expected = Tensor.Empty(dtype, queries, heads, size);
            foreach (bool causal in (bool[])[true, false])
            {
                float scale = 1 / MathF.Sqrt(size);
                Ops.Attention.Native(_context, q.Tensor, k.Tensor, v.Tensor, scale, causal, expected);
                Specialized.RunAt(width, dtype, new HeadAttention(new AttentionCall(q.Tensor, k.Tensor, v.Tensor, scale, causal, output.Tensor), 1));
                TensorAssert.Close(expected, output.Tensor, $"{queries} over {keys}, {heads}/{keyHeads} heads of {size}, causal {causal}");
                Assert.True(output.GuardsAreIntact, $"{queries} over {keys}: wrote outside the output.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void A_querys_bits_depend_on_the_keys_that_it_sees_alone(DType dtype, Width width)
    {
        const int Queries = 45, Keys = 1060, Heads = 4;
        foreach (int size in (int[])[40, 43, 64, 80])
        {
            using Tensor q = Tensor.FromSingles(dtype, Cases.Normal(1, Queries * Heads * size), Queries, Heads, size);
            using Tensor k = Tensor.FromSingles(dtype, Cases.Normal(2, Keys * 2 * size), Keys, 2, size), v = k.Alias();
            using Tensor together = Tensor.Empty(q.Spec), alone = Tensor.Empty(dtype, 1, Heads, size);
            Specialized.RunAt(width, dtype, new HeadAttention(new AttentionCall(q, k, v, 1f, true, together), 1));
            foreach (int query in (int[])[0, 7, 8, 44])
            {
                int visible = Keys - Queries + query + 1;
                using Tensor one = q.Slice(0, query, 1), shared = together.Slice(0, query, 1);
                using Tensor seenKeys = k.Slice(0, 0, visible), seenValues = v.Slice(0, 0, visible);
                Specialized.RunAt(width, dtype, new HeadAttention(new AttentionCall(one, seenKeys, seenValues, 1f, true, alone), 1));
                TensorAssert.SameBits(alone, shared, $"query {query} of {size} elements");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public unsafe void Spans_that_threads_share_give_the_bits_of_spans_one_after_the_other(DType dtype, Width width)
    {
        // With all heads together, with some of them, with a part of a span, and with one alone.
        foreach ((int queries, int keys, int heads, int keyHeads, int size, int threads) in ((int, int, int, int, int, int)[])
            [(1, 2 * QueryBlock.Keys, 16, 8, 32, 2), (3, (3 * QueryBlock.Keys) - 1, 4, 2, 33, 1), (2, 2 * QueryBlock.Keys, 130, 65, 8, 2),
             (1, (4 * QueryBlock.Keys) - 100, 6, 3, 48, 2), (4, 20, 2, 2, 64, 2)])
        {
            // Some of the queries do not see the last value, but have a weight of 0 for it.
            float[] values = Cases.Normal(3, keys * keyHeads * size);
            values[^1] = float.NaN;
            using Tensor q = Tensor.FromSingles(dtype, Cases.Normal(1, queries * heads * size), queries, heads, size);
            using Tensor k = Tensor.FromSingles(dtype, Cases.Normal(2, keys * keyHeads * size), keys, keyHeads, size);
            using Tensor v = Tensor.FromSingles(dtype, values, keys, keyHeads, size);
            using Tensor expected = Tensor.Empty(q.Spec), output = Tensor.Empty(q.Spec);
            foreach (bool causal in (bool[])[true, false])
            {
                Specialized.RunAt(width, dtype, new HeadAttention(new AttentionCall(q, k, v, 0.1f, causal, expected), 1));
                var attention = new HeadAttention(new AttentionCall(q, k, v, 0.1f, causal, output), threads);
                Assert.True(attention.HasSpansToShare);
                fixed (float* results = new float[attention.SharedLength])
                {
                    HeadAttention sharing = attention.SharingSpans(results);
                    Specialized.RunAt(width, dtype, sharing);
                    Specialized.RunAt(width, dtype, new SharedSpans.End(sharing));
                }

                TensorAssert.SameBits(expected, output, $"{queries} over {keys}, {heads}/{keyHeads} heads of {size}, {threads} threads, causal {causal}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void A_sum_that_underflows_is_the_same_zero_whether_or_not_there_are_keys_without_a_weight(Width width)
    {
        // A quarter of the least magnitude, four times: zeros with a sign, to which the key that the first query does not see adds none.
        using Tensor q = Tensor.Zeros(DType.Float32, 2, 1, 1), k = Tensor.Zeros(DType.Float32, 5, 1, 1);
        using Tensor v = Tensor.FromSingles(DType.Float32, [-float.Epsilon, -float.Epsilon, -float.Epsilon, -float.Epsilon, 1], 5, 1, 1);
        using Tensor one = q.Slice(0, 0, 1), seenKeys = k.Slice(0, 0, 4), seenValues = v.Slice(0, 0, 4);
        using Tensor together = Tensor.Empty(q.Spec), alone = Tensor.Empty(one.Spec), first = together.Slice(0, 0, 1);
        Specialized.RunAt(width, DType.Float32, new HeadAttention(new AttentionCall(q, k, v, 1f, true, together), 1));
        Specialized.RunAt(width, DType.Float32, new HeadAttention(new AttentionCall(one, seenKeys, seenValues, 1f, true, alone), 1));
        TensorAssert.SameBits(alone, first, "underflow");
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Scores_so_large_that_their_rounding_decides_are_natives(DType dtype, Width width)
    {
        // Two keys share a weight when their scores, thousands each, are within a few: where float32 rounds them is seen.
        const int Keys = 300, Size = 128;
        float[] queries = Cases.Normal(1, 64 * Size);
        for (int i = 0; i < 64; i++)
            queries[(i * Size) + (2 * i)] = 50000f;
        float[] keys = [.. Cases.Normal(2, Keys * Size).Select(value => MathF.Round(value * 8) / 8)];
        using Tensor q = Tensor.FromSingles(dtype, queries, 64, 1, Size), k = Tensor.FromSingles(dtype, keys, Keys, 1, Size);
        using Tensor v = Tensor.FromSingles(dtype, Cases.Normal(3, Keys * Size), Keys, 1, Size);
        using Tensor expected = Tensor.Empty(q.Spec), output = Tensor.Empty(q.Spec);
        Ops.Attention.Native(_context, q, k, v, 0.088f, false, expected);
        Specialized.RunAt(width, dtype, new HeadAttention(new AttentionCall(q, k, v, 0.088f, false, output), 1));
        TensorAssert.Close(expected, output, $"{width}");
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Infinities_and_NaN_come_out_where_native_has_them(DType dtype, Width width)
    {
        // Few queries, which read keys and values where they are, and more. Of the elements, one that the last two vectors of 16 or 8 lanes have although
        // those before have it too, and one that those of 4 have.
        const int Keys = 1100, Size = 43;
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        foreach ((float value, int queryCount, int element) in special.SelectMany(_ => (int[])[4, 12], (value, count) => (value, count)).SelectMany(
            _ => (int[])[2, 30, 39], (both, element) => (both.value, both.count, element)))
        {
            foreach ((string tensor, int at) in ((string, int)[])
                [("q", 3), ("k", 0), ("k", 1030), ("k", Keys - 1), ("v", 0), ("v", 1050), ("v", Keys - 3), ("v", Keys - 1)])
            {
                float[] queries = Cases.Normal(1, queryCount * Size), keys = Cases.Normal(2, Keys * Size), values = Cases.Normal(3, Keys * Size);
                (tensor switch { "q" => queries, "k" => keys, _ => values })[(at * Size) + element] = value;
                using Tensor q = Tensor.FromSingles(dtype, queries, queryCount, 1, Size), k = Tensor.FromSingles(dtype, keys, Keys, 1, Size);
                using Tensor v = Tensor.FromSingles(dtype, values, Keys, 1, Size), expected = Tensor.Empty(q.Spec), output = Tensor.Empty(q.Spec);
                foreach (bool causal in (bool[])[true, false])
                {
                    Ops.Attention.Native(_context, q, k, v, 0.25f, causal, expected);
                    Specialized.RunAt(width, dtype, new HeadAttention(new AttentionCall(q, k, v, 0.25f, causal, output), 1));
                    TensorAssert.Close(expected, output, $"{value} in {tensor}[{at}, {element}], {queryCount} queries, causal {causal}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void An_infinite_value_whose_weight_is_0_among_all_keys_makes_a_NaN_whatever_it_is_in_its_span(DType dtype, Width width)
    {
        // e^-120 is 0 in float32, e^-80 is not; in the first span, both are. The last query of some is scored 0 throughout.
        const int Keys = QueryBlock.Keys + 1, Size = 33;
        foreach ((int queryCount, float first, bool isNaN) in ((int, float, bool)[])[(1, -60, true), (1, -20, false), (40, -60, true), (40, -20, false)])
        {
            float[] queries = new float[queryCount * Size], keys = new float[Keys * Size], values = Cases.Normal(3, Keys * Size);
            for (int query = 0; query < Math.Max(1, queryCount - 1); query++)
                queries[query * Size] = 1;
            (keys[Size], keys[^Size]) = (first, 60);
            values[Size + 30] = float.PositiveInfinity;
            using Tensor q = Tensor.FromSingles(dtype, queries, queryCount, 1, Size), k = Tensor.FromSingles(dtype, keys, Keys, 1, Size);
            using Tensor v = Tensor.FromSingles(dtype, values, Keys, 1, Size), expected = Tensor.Empty(q.Spec), output = Tensor.Empty(q.Spec);
            Ops.Attention.Native(_context, q, k, v, 1, false, expected);
            Specialized.RunAt(width, dtype, new HeadAttention(new AttentionCall(q, k, v, 1, false, output), 1));
            TensorAssert.Close(expected, output, $"{queryCount} queries, a key of {first}");
            Assert.Equal(isNaN, float.IsNaN(output.ToSingles()[30]));
            Assert.True(float.IsFinite(output.ToSingles()[29]));
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDType), MemberType = typeof(Cases))]
    public void Keys_that_score_minus_infinity_have_no_weight_and_a_query_with_none_else_is_NaN(DType dtype)
    {
        // The first span of keys scores -∞ throughout; then all do.
        const int Keys = QueryBlock.Keys + 50;
        foreach (int hidden in (int[])[QueryBlock.Keys, Keys])
        {
            float[] keys = Cases.Normal(1, Keys * 2);
            for (int s = 0; s < hidden; s++)
                keys[2 * s] = float.NegativeInfinity;
            using Tensor q = Tensor.FromSingles(dtype, [1, 1], 1, 1, 2), k = Tensor.FromSingles(dtype, keys, Keys, 1, 2);
            using Tensor v = Tensor.FromSingles(dtype, Cases.Normal(2, Keys * 2), Keys, 1, 2);
            using Tensor expected = Tensor.Empty(q.Spec), output = Tensor.Empty(q.Spec);
            Ops.Attention.Native(_context, q, k, v, 1, true, expected);
            Attention.Run(_context, q, k, v, 1, true, output);
            TensorAssert.Close(expected, output, $"{hidden} keys hidden");
            Assert.Equal(hidden == Keys, float.IsNaN(output.ToSingles()[0]));
        }
    }

    [Fact]
    public void Heads_of_a_wider_tensor_are_read_where_they_lie()
    {
        // q, k and v as slices of one projection, as models have them.
        const int Tokens = 9, Size = 16;
        using Tensor all = Tensor.FromSingles(DType.BFloat16, Cases.Normal(1, Tokens * 8 * Size), Tokens, 8, Size);
        using Tensor q = all.Slice(1, 0, 4), k = all.Slice(1, 4, 2), v = all.Slice(1, 6, 2);
        using Tensor qCopy = q.ToContiguous(), kCopy = k.ToContiguous(), vCopy = v.ToContiguous();
        using Tensor expected = Tensor.Empty(q.Spec), output = Tensor.Empty(q.Spec);
        Attention.Run(_context, qCopy, kCopy, vCopy, 0.25f, true, expected);
        Attention.Run(_context, q, k, v, 0.25f, true, output);
        TensorAssert.SameBits(expected, output, "views");
    }

    [Fact]
    public void Sizes_of_zero_are_taken()
    {
        foreach ((int queries, int heads, int size) in ((int, int, int)[])[(0, 2, 4), (3, 0, 4), (3, 2, 0)])
        {
            using Tensor q = Tensor.Zeros(DType.Float32, queries, heads, size), k = Tensor.Zeros(DType.Float32, 5, 2, size);
            using Tensor output = Tensor.Empty(q.Spec);
            Attention.Run(_context, q, k, k, 1, true, output);
        }
    }
}
