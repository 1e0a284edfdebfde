using System.Numerics;
using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Scaled dot-product attention with grouped heads: <c>softmax(scale · q · kᵀ) · v</c>, head by head.</summary>
/// <remarks>
/// <para>Query head h reads key head h · Hk / Hq. When causal, the last query is aligned to the last key: query t scores keys
/// 0 to S - T + t and gives the others the score -∞. Their weight is then 0, not absent: as in PyTorch, a NaN or infinity in v at
/// such a key still makes a NaN (0 · ∞). Arithmetic is float32, rounded once.</para>
/// <para>Shapes: q [T, Hq, D], k and v [S, Hk, D], of one dtype of f32, f16 and bf16; Hk divides Hq; S at least 1 and, when causal, at
/// least T; out as q.</para>
/// <para>Source: Vaswani et al., arXiv:1706.03762; grouped heads: Ainslie et al., arXiv:2305.13245.</para>
/// </remarks>
[Op("attention(Tensor q, Tensor k, Tensor v, float scale, bool causal=True) -> Tensor", Activations = "q")]
public static partial class Attention
{
    private const string OpName = "attention";

    /// <summary>The definition.</summary>
    [Native]
    public static void Native(KernelContext context, Tensor q, Tensor k, Tensor v, float scale, bool causal, Tensor output) =>
        Attend(context, q, k, v, new(0, checked((int)q.Shape[0]), 0, checked((int)k.Shape[0])), scale, causal, output);

    /// <summary>The same for some of the queries over some of the keys and values.</summary>
    internal static void Attend(KernelContext context, Tensor q, Tensor k, Tensor v, AttentionPart part, float scale, bool causal, Tensor output)
    {
        int queries = part.Queries, keys = part.Keys, heads = checked((int)q.Shape[1]), size = checked((int)q.Last);
        int keyHeads = checked((int)k.Shape[^2]), sharing = heads / keyHeads;
        using Scratch<float> keyMemory = context.Scratch<float>((long)keys * size);
        using Scratch<float> valueMemory = context.Scratch<float>((long)keys * size);
        using Scratch<float> scoreMemory = context.Scratch<float>(keys);
        using Scratch<float> queryMemory = context.Scratch<float>(size);
        Span<float> headKeys = keyMemory, headValues = valueMemory, scores = scoreMemory, query = queryMemory;

        for (int keyHead = 0; keyHead < keyHeads; keyHead++)
        {
            for (int s = 0; s < keys; s++)
            {
                k.ReadRow(((part.FirstKey + s) * keyHeads) + keyHead, headKeys.Slice(s * size, size));
                v.ReadRow(((part.FirstKey + s) * keyHeads) + keyHead, headValues.Slice(s * size, size));
            }

            for (int head = keyHead * sharing; head < (keyHead + 1) * sharing; head++)
            {
                for (int t = 0; t < queries; t++)
                {
                    long row = ((part.FirstQuery + t) * heads) + head;
                    int visible = causal ? keys - queries + t + 1 : keys;
                    q.ReadRow(row, query);
                    for (int s = 0; s < visible; s++)
                        scores[s] = Dot(query, headKeys.Slice(s * size, size)) * scale;
                    scores[visible..].Fill(float.NegativeInfinity);
                    Softmax(scores);
                    WeightedSum(scores, headValues, query);
                    output.WriteRow(row, query);
                }
            }
        }
    }

    /// <summary>The output's spec: q's.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says.</exception>
    public static TensorSpec Infer(TensorSpec q, TensorSpec k, TensorSpec v, float scale, bool causal)
    {
        Require.Floating(OpName, "q", q);
        if (q.Rank != 3)
            throw Error(QueryProblem(q));
        if (k.Rank != 3 || k.DType != q.DType || k.Last != q.Last || k[0] == 0 || k[1] == 0 || q[1] % k[1] != 0)
            throw Error(KeyProblem(q, k));
        Require.Same(OpName, "v", v, "k", k);
        if (causal && q[0] > k[0])
            throw Error(CausalProblem(q, k));
        return q;
    }

    /// <summary>Arguments to test kernels with: heads of up to 128, each for one or two query heads; some earlier keys.</summary>
    public static void Generate(InputGenerator generator)
    {
        long size = Math.Clamp(generator.Hidden, 1, 128), heads = Math.Max(1, generator.Hidden / size);
        long keyHeads = heads % 2 == 0 ? heads / 2 : heads, keys = generator.Rows + generator.Random.Next(9) + GeneratedKeys(generator);
        generator.Set("q", generator.Normal(1, generator.Rows, heads, size));
        generator.Set("k", generator.Normal(1, keys, keyHeads, size));
        generator.Set("v", generator.Normal(1, keys, keyHeads, size));
        generator.Set("scale", GeneratedScale(generator, size));
        generator.Set("causal", generator.Random.Next(4) != 0);
    }

    /// <summary>How many keys there are besides those that queries need: some 300 now and then, where rows are short enough for that to take little time.</summary>
    internal static long GeneratedKeys(InputGenerator generator) =>
        generator.Hidden <= 64 && generator.Choose(GeneratorChoice.Length, 8) == 7 ? 290 : 0;

    /// <summary>A scale to test kernels with: that of most models, or one that a kernel which computes it instead is seen by.</summary>
    internal static float GeneratedScale(InputGenerator generator, long size) => generator.Choose(GeneratorChoice.Factor, 3) switch
    {
        0 => 1 / MathF.Sqrt(size),
        1 => 0.5f / MathF.Sqrt(size),
        _ => 1f / size,
    };

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        float sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    // The largest score is subtracted first, so that no exponential overflows. A NaN score makes every weight NaN.
    private static void Softmax(Span<float> scores)
    {
        float largest = float.NegativeInfinity, sum = 0;
        foreach (float score in scores)
            largest = MathF.Max(largest, score);
        foreach (ref float score in scores)
        {
            score = MathF.Exp(score - largest);
            sum += score;
        }

        foreach (ref float score in scores)
            score /= sum;
    }

    private static void WeightedSum(ReadOnlySpan<float> weights, ReadOnlySpan<float> values, Span<float> result)
    {
        result.Clear();
        for (int s = 0; s < weights.Length; s++)
        {
            ReadOnlySpan<float> value = values.Slice(s * result.Length, result.Length);
            for (int i = 0; i < result.Length; i++)
                result[i] += weights[s] * value[i];
        }
    }

    private static OpArgumentException Error(string problem) => new(OpName, problem);

    private static string QueryProblem(TensorSpec q) => $"q must be [T, heads, D]; found {q}.";

    private static string KeyProblem(TensorSpec q, TensorSpec k) =>
        $"k must be {q.DType.ShortName()}[S, key heads, {q.Last}] with S at least 1 " +
        $"and key heads that divide {q[1]}, for q {q}; found {k}.";

    private static string CausalProblem(TensorSpec q, TensorSpec k) =>
        $"causal attention aligns the last query to the last key, so it needs as many keys as queries or more; " +
        $"found q {q}, k {k}.";
}
