using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PluginIr.Cli.Benchmarks.Limits;

/// <summary>Fused multiply-adds of float32 that wait for nothing.</summary>
/// <param name="sink">Where the result goes.</param>
internal readonly unsafe struct MultiplyAddBody(float* sink) : IParallelBody
{
    /// <summary>Operations of one index: ten independent sums, sixteen lanes, a product and a sum each.</summary>
    public const int Operations = 10 * 16 * 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(KernelContext context, nint first, nint end)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (nint n = first; n < end; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
        }

        Volatile.Write(ref *sink, Vector512.Sum(a + b + c + d + e + f + g + h + i + j));
    }
}
