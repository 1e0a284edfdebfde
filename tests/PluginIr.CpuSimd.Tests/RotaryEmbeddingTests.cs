using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class RotaryEmbeddingTests
{
    private const int CacheRows = 11, Tokens = 3;

    // Head size, rotary size, query heads, key heads: odd halves, whole vectors, parts that pass through.
    private static readonly (int Size, int Rotary, int Heads, int KeyHeads)[] s_shapes =
        [(2, 2, 1, 1), (6, 2, 3, 1), (10, 10, 2, 2), (16, 16, 4, 2), (33, 30, 2, 1), (64, 32, 2, 2), (80, 80, 1, 1), (96, 48, 3, 1), (40, 40, 2, 1), (128, 128, 4, 1)];

    private readonly KernelContext _context = new();

    public static MatrixTheoryData<DType, DType, bool> DTypesAndStyles => new(Cases.DTypes, [DType.Float32, DType.BFloat16, DType.Float16], [true, false]);

    [Theory]
    [MemberData(nameof(DTypesAndStyles))]
    public void It_is_native_bit_for_bit_at_every_width_in_place_and_not(DType dtype, DType cacheDType, bool isNeoxStyle)
    {
        if (cacheDType != DType.Float32 && cacheDType != dtype)
        {
            Assert.False(Accepts(dtype, cacheDType));
            return;
        }

        Assert.True(Accepts(dtype, cacheDType));
        foreach ((int size, int rotary, int heads, int keyHeads) in s_shapes)
        {
            using Tensor positions = Tensor.From<long>([7, 0, CacheRows - 1], Tokens);
            using Tensor cache = Tensor.FromSingles(cacheDType, Cases.Normal(1, CacheRows * rotary), CacheRows, rotary);
            float[] queries = Cases.Normal(2, Tokens * heads * size), keys = Cases.Normal(3, Tokens * keyHeads * size);
            using Tensor expectedQuery = Tensor.Empty(dtype, Tokens, heads * size), expectedKey = Tensor.Empty(dtype, Tokens, keyHeads * size);
            foreach (Width width in Cases.Widths)
            {
                string what = $"{width} {heads}/{keyHeads} heads of {size}, {rotary} turned";
                using GuardedTensor query = GuardedTensor.From(dtype, queries, Tokens, heads * size), queryOut = new(dtype, Tokens, heads * size);
                using GuardedTensor key = GuardedTensor.From(dtype, keys, Tokens, keyHeads * size), keyOut = new(dtype, Tokens, keyHeads * size);
                Ops.RotaryEmbedding.Native(
                    _context, positions, query.Tensor, key.Tensor, size, rotary, cache, isNeoxStyle, expectedQuery, expectedKey);

                RunAt(width, positions, query.Tensor, key.Tensor, size, rotary, cache, isNeoxStyle, queryOut.Tensor, keyOut.Tensor);
                RunAt(width, positions, query.Tensor, key.Tensor, size, rotary, cache, isNeoxStyle, query.Tensor, key.Tensor);

                TensorAssert.SameBits(expectedQuery, queryOut.Tensor, what);
                TensorAssert.SameBits(expectedKey, keyOut.Tensor, what);
                TensorAssert.SameBits(expectedQuery, query.Tensor, what + ", in place");
                TensorAssert.SameBits(expectedKey, key.Tensor, what + ", in place");
                Assert.True(queryOut.GuardsAreIntact && keyOut.GuardsAreIntact, $"{what}: wrote outside the outputs.");
                Assert.True(query.GuardsAreIntact && key.GuardsAreIntact, $"{what}: wrote outside the activations.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Special_values_come_out_where_native_has_them(DType dtype, Width width)
    {
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1e-40f, float.MaxValue, 65504f, 1f, -1f];
        using Tensor positions = Tensor.From<int>([0], 1), cache = Tensor.FromSingles(DType.Float32, Cases.Normal(1, 40), 1, 40);
        foreach (bool isNeoxStyle in (bool[])[true, false])
        {
            float[] values = Cases.Normal(2, 40 * special.Length);
            for (int i = 0; i < special.Length; i++)
                values[(40 * i) + (3 * i)] = special[i];
            using Tensor query = Tensor.FromSingles(dtype, values, 1, special.Length, 40), key = Tensor.Zeros(dtype, 1, 1, 40);
            using Tensor expected = Tensor.Empty(query.Spec), output = Tensor.Empty(query.Spec), unused = Tensor.Empty(key.Spec);
            Ops.RotaryEmbedding.Native(_context, positions, query, key, 40, 40, cache, isNeoxStyle, expected, unused);
            RunAt(width, positions, query, key, 40, 40, cache, isNeoxStyle, output, unused);
            TensorAssert.Close(expected, output, $"{width} neox {isNeoxStyle}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDType), MemberType = typeof(Cases))]
    public void A_tokens_bits_depend_on_nothing_but_the_token(DType dtype)
    {
        using Tensor positions = Tensor.From<long>([4, 9, 2], 3), cache = Tensor.FromSingles(DType.Float32, Cases.Normal(1, 200), 10, 20);
        using Tensor query = Tensor.FromSingles(dtype, Cases.Normal(2, 120), 3, 40), key = Tensor.FromSingles(dtype, Cases.Normal(3, 60), 3, 20);
        using Tensor queryOut = Tensor.Empty(query.Spec), keyOut = Tensor.Empty(key.Spec);
        RotaryEmbedding.Run(_context, positions, query, key, 20, 20, cache, true, queryOut, keyOut);

        using Tensor position = positions.Slice(0, 2, 1), lastQuery = query.Slice(0, 2, 1), lastKey = key.Slice(0, 2, 1);
        using Tensor alone = Tensor.Empty(lastQuery.Spec), keyAlone = Tensor.Empty(lastKey.Spec);
        RotaryEmbedding.Run(_context, position, lastQuery, lastKey, 20, 20, cache, true, alone, keyAlone);

        using Tensor shared = queryOut.Slice(0, 2, 1), sharedKey = keyOut.Slice(0, 2, 1);
        TensorAssert.SameBits(alone, shared, "query");
        TensorAssert.SameBits(keyAlone, sharedKey, "key");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    public void A_position_that_is_not_in_the_cache_is_refused_before_anything_is_written(int position)
    {
        using Tensor positions = Tensor.From<int>([0, position], 2), cache = Tensor.Zeros(DType.Float32, 10, 4);
        using Tensor query = Tensor.FromSingles(DType.Float32, [1, 2, 3, 4, 5, 6, 7, 8], 2, 4), key = query.Alias();
        using Tensor queryOut = Tensor.FromSingles(DType.Float32, [9, 9, 9, 9, 9, 9, 9, 9], 2, 4), keyOut = Tensor.Empty(key.Spec);
        OpArgumentException refusal = Assert.Throws<OpArgumentException>(
            () => RotaryEmbedding.Run(_context, positions, query, key, 4, 4, cache, true, queryOut, keyOut));
        Assert.Contains($"positions[1] is {position}", refusal.Message);
        Assert.All(queryOut.ToSingles(), value => Assert.Equal(9f, value));
    }

    private static bool Accepts(DType dtype, DType cacheDType) => RotaryEmbedding.Accepts(
        new TensorSpec(DType.Int64, 1), new TensorSpec(dtype, 1, 8), new TensorSpec(dtype, 1, 8), 8, 8, new TensorSpec(cacheDType, 4, 8), true);

    private static void RunAt(
        Width width, Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cache, bool isNeoxStyle, Tensor queryOut,
        Tensor keyOut) => Specialized.RunAt(width, query.DType, new RotaryEmbedding.Work(
            positions, query, key, headSize, rotaryDim, cache, isNeoxStyle, queryOut, keyOut));
}
