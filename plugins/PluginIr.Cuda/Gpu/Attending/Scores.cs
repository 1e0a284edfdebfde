using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Attending;

/// <summary>A query's scores of four keys.</summary>
internal struct Scores
{
    public float A, B, C, D;

    /// <summary>The products of a query and four keys, of which a thread has eight elements each, summed over the threads that share them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scores Of(Chunk query, Chunk a, Chunk b, Chunk c, Chunk d, int lanes)
    {
        var sums = new Scores { A = Chunk.Dot(query, a), B = Chunk.Dot(query, b), C = Chunk.Dot(query, c), D = Chunk.Dot(query, d) };
        for (int distance = lanes / 2; distance > 0; distance /= 2)
        {
            sums.A += Warp.ShuffleXor(sums.A, distance);
            sums.B += Warp.ShuffleXor(sums.B, distance);
            sums.C += Warp.ShuffleXor(sums.C, distance);
            sums.D += Warp.ShuffleXor(sums.D, distance);
        }

        return sums;
    }

    /// <summary>These times the scale, where the query sees the key: keys from <paramref name="key"/> on, so far apart, before <paramref name="end"/>.</summary>
    /// <remarks>
    /// The scale comes after the sum, as in the definition: products of 16-bit elements are exact, so that keys whose scores are equal stay so.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scores Masked(Scores x, float scale, int key, int step, int end) => new()
    {
        A = key < end ? x.A * scale : float.NegativeInfinity,
        B = key + step < end ? x.B * scale : float.NegativeInfinity,
        C = key + (2 * step) < end ? x.C * scale : float.NegativeInfinity,
        D = key + (3 * step) < end ? x.D * scale : float.NegativeInfinity,
    };
}
