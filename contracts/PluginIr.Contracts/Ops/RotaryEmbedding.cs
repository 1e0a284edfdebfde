using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Rotary position embedding: turns pairs of each head's elements by angles that depend on the token's position.</summary>
/// <remarks>
/// <para><c>out₁ = x₁ · cos - x₂ · sin; out₂ = x₂ · cos + x₁ · sin</c>. The pairs are the two halves of a head's first rotary_dim
/// elements when is_neox_style, neighbours otherwise; elements past rotary_dim pass through. Row p of the cache holds the cosines,
/// then the sines, of position p. Both are rounded to query's dtype; arithmetic is float32, rounded once.</para>
/// <para>Shapes: positions [T] of i32 or i64; query [T, Hq·D] or [T, Hq, D] and key [T, Hk·D] or [T, Hk, D], of one dtype of f32, f16
/// and bf16, with D = head_size; cos_sin_cache [P, rotary_dim]; query_out as query, key_out as key. In place, the outputs take
/// the memory of query and key.</para>
/// <para>Source: Su et al., "RoFormer", arXiv:2104.09864; rounding as in vLLM's native definition.</para>
/// </remarks>
[Op("rotary_embedding(Tensor positions, Tensor query, Tensor key, int head_size, int rotary_dim, Tensor cos_sin_cache, " +
    "bool is_neox_style) -> (Tensor query_out, Tensor key_out)",
    Activations = "query,key", AllowInplace = true)]
public static partial class RotaryEmbedding
{
    private const string OpName = "rotary_embedding";

    /// <summary>The definition. Reads a row before it writes it.</summary>
    /// <exception cref="OpArgumentException">A position is not in the cache. Nothing was written.</exception>
    [Native(Inplace = Inplace.May)]
    public static void Native(
        KernelContext context, Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cosSinCache,
        bool isNeoxStyle, Tensor queryOut, Tensor keyOut)
    {
        long tokens = positions.ElementCount;
        RequirePositions(positions, cosSinCache);
        using Scratch<float> cosSinMemory = context.Scratch<float>(rotaryDim);
        using Scratch<float> rowMemory = context.Scratch<float>(Math.Max(query.Last, key.Last));
        Span<float> cosSin = cosSinMemory, row = rowMemory;
        for (long t = 0; t < tokens; t++)
        {
            cosSinCache.ReadRow(positions.ReadIndex(t), cosSin);
            ElementConversion.Round(cosSin, query.DType);
            RotateToken(t, tokens, query, queryOut, row, cosSin, headSize, isNeoxStyle);
            RotateToken(t, tokens, key, keyOut, row, cosSin, headSize, isNeoxStyle);
        }
    }

    /// <summary>The outputs' specs: query's and key's.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static (TensorSpec QueryOut, TensorSpec KeyOut) Infer(
        TensorSpec positions, TensorSpec query, TensorSpec key, int headSize, int rotaryDim, TensorSpec cosSinCache,
        bool isNeoxStyle)
    {
        Require.Indices(OpName, "positions", positions);
        Require.Floating(OpName, "query", query);
        if (positions.Rank != 1)
            throw new OpArgumentException(OpName, Text.Positions(positions));
        if (rotaryDim < 2 || rotaryDim > headSize || (rotaryDim & 1) != 0)
            throw new OpArgumentException(OpName, Text.RotaryDim(rotaryDim, headSize));
        if (!HasHeads(query, positions.Last, headSize))
            throw new OpArgumentException(OpName, Text.Heads("query", query, positions, headSize));
        if (!HasHeads(key, positions.Last, headSize))
            throw new OpArgumentException(OpName, Text.Heads("key", key, positions, headSize));
        if (key.DType != query.DType)
            throw new OpArgumentException(OpName, Text.KeyDType(query, key));
        if (cosSinCache.Rank != 2 || cosSinCache.Last != rotaryDim || cosSinCache.DType > DType.BFloat16)
            throw new OpArgumentException(OpName, Text.Cache(cosSinCache, rotaryDim));
        return (query, key);
    }

    /// <summary>Arguments to test kernels with: heads of up to 128, grouped or not, side by side or not, wholly or half rotated, either style.</summary>
    public static void Generate(InputGenerator generator) =>
        GenerateHeads(generator, isFlat: generator.Choose(GeneratorChoice.Heads, 2) == 0);

    /// <summary>The same, with heads side by side in a row or in a dimension of their own.</summary>
    internal static void GenerateHeads(InputGenerator generator, bool isFlat)
    {
        const int CacheRows = 64;
        Random random = generator.Random;
        int headSize = GeneratedHeadSize(generator);
        int heads = (int)Math.Max(1, generator.Hidden / headSize);
        int keyHeads = random.Next(1, heads + 1);
        int rotaryDim = headSize >= 4 && random.Next(3) == 0 ? headSize / 4 * 2 : headSize;

        generator.Set("positions", generator.Indices(generator.IndexDType, CacheRows, generator.Rows));
        generator.Set("query", Heads(generator, heads, headSize, isFlat));
        generator.Set("key", Heads(generator, keyHeads, headSize, isFlat));
        generator.Set("head_size", headSize);
        generator.Set("rotary_dim", rotaryDim);
        DType cacheDType = random.Next(2) == 0 ? DType.Float32 : generator.DType;
        generator.Set("cos_sin_cache", generator.Uniform(cacheDType, -1, 1, CacheRows, rotaryDim));
        generator.Set("is_neox_style", random.Next(2) == 0);
    }

    /// <summary>The length of the heads that are made to test kernels with.</summary>
    internal static int GeneratedHeadSize(InputGenerator generator) => (int)Math.Clamp(generator.Hidden + (generator.Hidden & 1), 2, 128);

    /// <summary>Refuses positions that the cache has no row for.</summary>
    internal static void RequirePositions(Tensor positions, Tensor cosSinCache)
    {
        for (long t = 0; t < positions.ElementCount; t++)
        {
            if ((ulong)positions.ReadIndex(t) >= (ulong)cosSinCache.Shape[0])
                throw OutOfCache(positions.ReadIndex(t), t, cosSinCache);
        }
    }

    private static Tensor Heads(InputGenerator generator, int heads, int headSize, bool isFlat) => isFlat
        ? generator.Normal(1, generator.Rows, (long)heads * headSize)
        : generator.Normal(1, generator.Rows, heads, headSize);

    private static void RotateToken(
        long token, long tokens, Tensor input, Tensor output, Span<float> memory, ReadOnlySpan<float> cosSin, int headSize,
        bool isNeoxStyle)
    {
        Span<float> row = memory[..(int)input.Last];
        long rows = input.Rows / tokens; // 1, or one for each head when heads are a dimension of their own
        for (long r = token * rows; r < (token + 1) * rows; r++)
        {
            input.ReadRow(r, row);
            for (int head = 0; head < row.Length; head += headSize)
                RotateHead(row.Slice(head, cosSin.Length), cosSin, isNeoxStyle);
            output.WriteRow(r, row);
        }
    }

    private static void RotateHead(Span<float> head, ReadOnlySpan<float> cosSin, bool isNeoxStyle)
    {
        int pairs = head.Length / 2;
        (int step, int partner) = isNeoxStyle ? (1, pairs) : (2, 1);
        for (int i = 0; i < pairs; i++)
        {
            float x1 = head[i * step], x2 = head[(i * step) + partner], cos = cosSin[i], sin = cosSin[pairs + i];
            head[i * step] = (x1 * cos) - (x2 * sin);
            head[(i * step) + partner] = (x2 * cos) + (x1 * sin);
        }
    }

    private static bool HasHeads(TensorSpec spec, long tokens, int headSize) =>
        spec.Rank is 2 or 3 && spec[0] == tokens && (spec.Rank == 3 ? spec.Last == headSize : spec.Last % headSize == 0);

    private static OpArgumentException OutOfCache(long position, long token, Tensor cache) => new(
        OpName, $"positions[{token}] is {position}; cos_sin_cache {cache.Spec} has rows for positions 0 to {cache.Shape[0] - 1}.");

    // Messages, apart from the checks that rarely need them.
    private static class Text
    {
        public static string Positions(TensorSpec positions) =>
            $"positions must have one dimension, one position for each token; found {positions}.";

        public static string RotaryDim(int rotaryDim, int headSize) =>
            $"rotary_dim must be even and from 2 to head_size {headSize}; found {rotaryDim}.";

        public static string Heads(string name, TensorSpec spec, TensorSpec positions, int headSize) =>
            $"{name} must be [{positions.Last}, heads·{headSize}] or [{positions.Last}, heads, {headSize}] " +
            $"for positions {positions} and head_size {headSize}; found {spec}.";

        public static string KeyDType(TensorSpec query, TensorSpec key) =>
            $"key must be {query.DType.ShortName()}, as query is; found {key}.";

        public static string Cache(TensorSpec cache, int rotaryDim) =>
            $"cos_sin_cache must be [positions, {rotaryDim}] of f32, f16 or bf16 for rotary_dim {rotaryDim}; found {cache}.";
    }
}
