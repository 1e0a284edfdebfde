using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Normalises each query and key head, then turns them by their token's position.</summary>
/// <remarks>
/// <para>What <see cref="RmsNorm"/> makes of the heads, rounded to their dtype as there, goes on to <see cref="RotaryEmbedding"/>.</para>
/// <para>Shapes: positions [T] of i32 or i64; query [T, Hq, D] and key [T, Hk, D], of one dtype of f32, f16 and bf16, with D = head_size;
/// query_weight and key_weight [D] of any of these, or absent; cos_sin_cache [P, rotary_dim]; query_out as query, key_out as key. In
/// place, the outputs take the memory of query and key.</para>
/// <para>Source: Qwen3's attention block.</para>
/// </remarks>
[Op("rms_norm_rotary_embedding(Tensor positions, Tensor query, Tensor key, Tensor? query_weight, Tensor? key_weight, float epsilon, " +
    "int head_size, int rotary_dim, Tensor cos_sin_cache, bool is_neox_style) -> (Tensor query_out, Tensor key_out)",
    Activations = "query,key", AllowInplace = true)]
public static partial class RmsNormRotaryEmbedding
{
    private const string OpName = "rms_norm_rotary_embedding";

    /// <summary>The definition: each part's, the second over the first's outputs. Both read a row before they write it.</summary>
    /// <exception cref="OpArgumentException">A position is not in the cache. Nothing was written.</exception>
    [Native(Inplace = Inplace.May)]
    public static void Native(
        KernelContext context, Tensor positions, Tensor query, Tensor key, Tensor? queryWeight, Tensor? keyWeight, float epsilon, int headSize,
        int rotaryDim, Tensor cosSinCache, bool isNeoxStyle, Tensor queryOut, Tensor keyOut)
    {
        RotaryEmbedding.RequirePositions(positions, cosSinCache);
        RmsNorm.Native(context, query, queryWeight, epsilon, null, queryOut);
        RmsNorm.Native(context, key, keyWeight, epsilon, null, keyOut);
        RotaryEmbedding.Native(context, positions, queryOut, keyOut, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut);
    }

    /// <summary>The outputs' specs: query's and key's.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static (TensorSpec QueryOut, TensorSpec KeyOut) Infer(
        TensorSpec positions, TensorSpec query, TensorSpec key, TensorSpec? queryWeight, TensorSpec? keyWeight, float epsilon, int headSize,
        int rotaryDim, TensorSpec cosSinCache, bool isNeoxStyle)
    {
        if (query.Rank != 3 || key.Rank != 3)
            throw new OpArgumentException(OpName, $"query and key must be [T, heads, {headSize}]; found {query} and {key}.");
        Require.RowWeight(OpName, queryWeight, query);
        Require.RowWeight(OpName, keyWeight, key);
        return RotaryEmbedding.Infer(positions, query, key, headSize, rotaryDim, cosSinCache, isNeoxStyle);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        RotaryEmbedding.GenerateHeads(generator, isFlat: false);
        generator.Set("query_weight", Weight(generator));
        generator.Set("key_weight", Weight(generator));
        generator.Set("epsilon", RmsNorm.GeneratedEpsilon(generator));
    }

    private static Tensor? Weight(InputGenerator generator) => generator.Random.Next(4) == 0
        ? null
        : generator.Uniform(generator.DType, 0.5f, 1.5f, RotaryEmbedding.GeneratedHeadSize(generator));
}
