using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Attending;

/// <summary>The softmax of a query's scores so far, and the values that it weighs, without dividing by the sum: eight elements of them.</summary>
/// <remarks>Scores are times log₂e. NaN among them, or +∞, makes the sum NaN; scores that are all -∞ leave it 0: both end as NaN, as in the definition.</remarks>
internal struct Softmax
{
    public float Maximum, Sum;
    public Chunk Values;

    /// <summary>No score.</summary>
    public static Softmax Empty
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { Maximum = float.NegativeInfinity };
    }

    /// <summary>With four more scores, of these values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Softmax Add(Softmax x, Scores scores, Chunk a, Chunk b, Chunk c, Chunk d)
    {
        float maximum = IntrinsicMath.Max(
            IntrinsicMath.Max(x.Maximum, IntrinsicMath.Max(scores.A, scores.B)), IntrinsicMath.Max(scores.C, scores.D));
        float shift = Shift(maximum), kept = Instructions.Exp2(x.Maximum - shift);
        float wa = Instructions.Exp2(scores.A - shift), wb = Instructions.Exp2(scores.B - shift);
        float wc = Instructions.Exp2(scores.C - shift), wd = Instructions.Exp2(scores.D - shift);
        return new Softmax
        {
            Maximum = maximum,
            Sum = (x.Sum * kept) + ((wa + wb) + (wc + wd)),
            Values = (x.Values * kept) + (a * wa) + (b * wb) + (c * wc) + (d * wd),
        };
    }

    /// <summary>With what the thread across has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Softmax Exchange(Softmax x, int distance)
    {
        float other = Warp.ShuffleXor(x.Maximum, distance), maximum = IntrinsicMath.Max(x.Maximum, other), shift = Shift(maximum);
        float own = Instructions.Exp2(x.Maximum - shift), others = Instructions.Exp2(other - shift);
        float sum = Warp.ShuffleXor(x.Sum, distance);
        var values = new Chunk
        {
            A = Warp.ShuffleXor(x.Values.A, distance),
            B = Warp.ShuffleXor(x.Values.B, distance),
            C = Warp.ShuffleXor(x.Values.C, distance),
            D = Warp.ShuffleXor(x.Values.D, distance),
            E = Warp.ShuffleXor(x.Values.E, distance),
            F = Warp.ShuffleXor(x.Values.F, distance),
            G = Warp.ShuffleXor(x.Values.G, distance),
            H = Warp.ShuffleXor(x.Values.H, distance),
        };
        return new Softmax { Maximum = maximum, Sum = (x.Sum * own) + (sum * others), Values = (x.Values * own) + (values * others) };
    }

    /// <summary>What exponents are taken from: the maximum, but 0 while there is none, as -∞ less -∞ is no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Shift(float maximum) => maximum == float.NegativeInfinity ? 0f : maximum;
}
