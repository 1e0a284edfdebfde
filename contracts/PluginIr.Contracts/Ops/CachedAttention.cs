using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Attention of one or several sequences, each over the filled part of its cache: <see cref="Attention"/> with the first <c>lengths[b]</c> rows.</summary>
/// <remarks>
/// <para>How many keys there are is data and not a shape, so that a graph stays the same while sequences grow. Query rows lie sequence after
/// sequence, as many for each. Rows of a cache from its length on are not read. Everything else is as in <see cref="Attention"/>: when
/// causal, a sequence's last query is aligned to its key length - 1.</para>
/// <para>Shapes: q [B·T, Hq, D], k and v [B, C, Hk, D], of one dtype of f32, f16 and bf16; Hk divides Hq; lengths i64 [B], each from 1 to C and,
/// when causal, at least T; out as q.</para>
/// </remarks>
[Op("cached_attention(Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, bool causal=True) -> Tensor", Activations = "q")]
public static partial class CachedAttention
{
    private const string OpName = "cached_attention";

    /// <summary>The definition.</summary>
    /// <exception cref="OpArgumentException">A length is not as the op says. Nothing was written.</exception>
    [Native]
    public static void Native(KernelContext context, Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, bool causal, Tensor output)
    {
        RequireLengths(q, k, lengths, causal);
        int queries = (int)(q.Shape[0] / k.Shape[0]);
        for (long b = 0; b < k.Shape[0]; b++)
        {
            var part = new AttentionPart(b * queries, queries, b * k.Shape[1], (int)lengths.ReadIndex(b));
            Attention.Attend(context, q, k, v, part, scale, causal, output);
        }
    }

    /// <summary>The output's spec: q's.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec q, TensorSpec k, TensorSpec v, TensorSpec lengths, float scale, bool causal)
    {
        Require.Floating(OpName, "q", q);
        if (q.Rank != 3)
            throw new OpArgumentException(OpName, QueryProblem(q));
        if (k.Rank != 4 || k.DType != q.DType || k.Last != q.Last || k[0] == 0 || k[1] == 0 || k[2] == 0 || q[1] % k[2] != 0 || q[0] % k[0] != 0)
            throw new OpArgumentException(OpName, KeyProblem(q, k));
        Require.Same(OpName, "v", v, "k", k);
        if (lengths.DType != DType.Int64 || lengths.Rank != 1 || lengths[0] != k[0])
            throw new OpArgumentException(OpName, LengthsProblem(k, lengths));
        return q;
    }

    /// <summary>Refuses lengths that are not as the op says, before anything is written.</summary>
    /// <exception cref="OpArgumentException">One is less than 1 or, when causal, than a sequence's queries, or more than the cache has.</exception>
    public static void RequireLengths(Tensor q, Tensor k, Tensor lengths, bool causal)
    {
        long least = causal ? Math.Max(1, q.Shape[0] / k.Shape[0]) : 1;
        for (long b = 0; b < k.Shape[0]; b++)
        {
            long length = lengths.ReadIndex(b);
            if (length < least || length > k.Shape[1])
                throw LengthError(b, length, least, k);
        }
    }

    /// <summary>
    /// Arguments to test kernels with: caches that are filled in part, for one sequence, one of each row, or two of as many rows each; the first is
    /// the long one where there are many keys.
    /// </summary>
    public static void Generate(InputGenerator generator)
    {
        long size = Math.Clamp(generator.Hidden, 1, 128), heads = Math.Max(1, generator.Hidden / size);
        long keyHeads = heads % 2 == 0 ? heads / 2 : heads, room = 1 + generator.Random.Next(12), extra = Attention.GeneratedKeys(generator);
        long sequences = generator.Rows > 0 && generator.Random.Next(2) == 0 ? generator.Rows : 1;
        long tokens = sequences == 1 ? generator.Rows : 1;
        if (generator.Rows > 1 && generator.Choose(GeneratorChoice.Sequences, 2) == 1)
            (sequences, tokens) = (2, generator.Rows);
        long capacity = tokens + room + extra;
        long[] lengths = new long[sequences];
        for (int b = 0; b < sequences; b++)
            lengths[b] = Math.Max(1, tokens) + generator.Random.NextInt64(room) + (b == 0 ? extra : 0);
        generator.Set("q", generator.Normal(1, sequences * tokens, heads, size));
        generator.Set("k", generator.Normal(1, sequences, capacity, keyHeads, size));
        generator.Set("v", generator.Normal(1, sequences, capacity, keyHeads, size));
        generator.Set("lengths", Tensor.From<long>(lengths, sequences));
        generator.Set("scale", Attention.GeneratedScale(generator, size));
        generator.Set("causal", generator.Random.Next(4) != 0);
    }

    private static string QueryProblem(TensorSpec q) => $"q must be [tokens, heads, D]; found {q}.";

    private static string KeyProblem(TensorSpec q, TensorSpec k) =>
        $"k must be {q.DType.ShortName()}[B, C, key heads, {q.Last}] with C at least 1, B that divides {q[0]} and key heads that divide {q[1]}, " +
        $"for q {q}; found {k}.";

    private static string LengthsProblem(TensorSpec k, TensorSpec lengths) => $"lengths must be i64[{k[0]}], one for each sequence of k {k}; found {lengths}.";

    private static OpArgumentException LengthError(long sequence, long length, long least, Tensor k) =>
        new(OpName, $"lengths[{sequence}] must be from {least} to {k.Shape[1]} for k {k.Spec}; found {length}.");
}
