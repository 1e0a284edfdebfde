using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace PluginIr.Cuda.Gpu;

/// <summary>PTX instructions that C# has no name for.</summary>
/// <remarks>
/// On the GPU each of these is what <c>Compiling/PtxInstructions</c> emits for it. The bodies here say what it computes, and run where a
/// kernel is tried on the host: there, what the GPU may be off by, they are off by.
/// </remarks>
internal static class Instructions
{
    /// <summary>Two bfloat16 numbers, <paramref name="low"/> in the lower half, rounded to nearest even: <c>cvt.rn.bf16x2.f32</c>.</summary>
    [IntrinsicImplementation]
    public static uint PackBFloat16(float low, float high) => ((BFloat16)low).Bits | ((uint)((BFloat16)high).Bits << 16);

    /// <summary>Two float16 numbers, <paramref name="low"/> in the lower half, rounded to nearest even: <c>cvt.rn.f16x2.f32</c>.</summary>
    [IntrinsicImplementation]
    public static uint PackFloat16(float low, float high) =>
        BitConverter.HalfToUInt16Bits((System.Half)low) | ((uint)BitConverter.HalfToUInt16Bits((System.Half)high) << 16);

    /// <summary>The float16 number in the lower half.</summary>
    [IntrinsicImplementation]
    public static float LowFloat16(uint bits) => (float)BitConverter.UInt16BitsToHalf((ushort)bits);

    /// <summary>The float16 number in the upper half.</summary>
    [IntrinsicImplementation]
    public static float HighFloat16(uint bits) => (float)BitConverter.UInt16BitsToHalf((ushort)(bits >> 16));

    /// <summary>The products of two pairs of bfloat16 numbers, each rounded once to nearest even: <c>fma.rn.bf16x2</c> with -0.</summary>
    [IntrinsicImplementation]
    public static uint MultiplyBFloat16Pairs(uint x, uint y) =>
        PackBFloat16(Elements.BFloat16Element.Low(x) * Elements.BFloat16Element.Low(y), Elements.BFloat16Element.High(x) * Elements.BFloat16Element.High(y));

    /// <summary>The products of two pairs of float16 numbers, each rounded once to nearest even: <c>mul.rn.f16x2</c>.</summary>
    [IntrinsicImplementation]
    public static uint MultiplyFloat16Pairs(uint x, uint y) => PackFloat16(LowFloat16(x) * LowFloat16(y), HighFloat16(x) * HighFloat16(y));

    /// <summary>2ˣ to about 2 units in the last place; subnormal results are 0: <c>ex2.approx.ftz.f32</c>.</summary>
    [IntrinsicImplementation]
    public static float Exp2(float x) => Off(float.Exp2(x), 2);

    /// <summary>x / y to 2 units in the last place: <c>div.full.f32</c>.</summary>
    [IntrinsicImplementation]
    public static float Divide(float x, float y) => Off(x / y, 2);

    /// <summary>1 / x to a unit in the last place; of subnormals infinity: <c>rcp.approx.ftz.f32</c>.</summary>
    [IntrinsicImplementation]
    public static float ReciprocalEstimate(float x) => Off(1f / x, 1);

    /// <summary>1 / √x, off by no more than 2⁻²² of itself: <c>rsqrt.approx.f32</c>.</summary>
    [IntrinsicImplementation]
    public static float ReciprocalSquareRoot(float x) => Off(1f / MathF.Sqrt(x), 2);

    /// <summary>x · y + z, rounded once: <c>fma.rn.f32</c>.</summary>
    [IntrinsicImplementation]
    public static float MultiplyAdd(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);

    /// <summary>Two float8 numbers of 4 exponent bits: rounded to nearest even, at most ±448. <c>cvt.rn.satfinite.e4m3x2.f32</c> from sm_90 on.</summary>
    [IntrinsicImplementation]
    public static uint PackE4M3FN(float low, float high) => Float8.Encoding.PackE4M3FN(low, high);

    /// <summary>Two float8 numbers of 5 exponent bits: rounded to nearest even, at most ±57344. <c>cvt.rn.satfinite.e5m2x2.f32</c> from sm_90 on.</summary>
    [IntrinsicImplementation]
    public static uint PackE5M2(float low, float high) => Float8.Encoding.PackE5M2(low, high);

    /// <summary>
    /// Multiplies a tile of bfloat16 weights with a tile of rows and adds to sums in float32, the whole warp together:
    /// <c>mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32</c>.
    /// </summary>
    /// <remarks>
    /// Lane 4·g + t gives pairs of neighbouring elements of the inner dimension, at two places that are its own: those of output g, and of output g + 8, and
    /// those of row g. It gets what <see cref="Tile"/> says.
    /// </remarks>
    /// <param name="a">The first sum, as the others.</param>
    /// <param name="b">The second.</param>
    /// <param name="c">The third.</param>
    /// <param name="d">The fourth.</param>
    /// <param name="low">Output g at the first place.</param>
    /// <param name="lowOfOther">Output g + 8 there.</param>
    /// <param name="high">Output g at the second place.</param>
    /// <param name="highOfOther">Output g + 8 there.</param>
    /// <param name="xLow">Row g at the first place.</param>
    /// <param name="xHigh">And at the second.</param>
    [IntrinsicImplementation]
    public static Tile MultiplyBFloat16(
        float a, float b, float c, float d, uint low, uint lowOfOther, uint high, uint highOfOther, uint xLow, uint xHigh) =>
        SimulatedTensorCore.Multiply<Elements.BFloat16Element>(
            new Tile { A = a, B = b, C = c, D = d }, new Quad { A = low, B = lowOfOther, C = high, D = highOfOther }, xLow, xHigh);

    /// <summary><see cref="MultiplyBFloat16"/> for float16.</summary>
    [IntrinsicImplementation]
    public static Tile MultiplyFloat16(
        float a, float b, float c, float d, uint low, uint lowOfOther, uint high, uint highOfOther, uint xLow, uint xHigh) =>
        SimulatedTensorCore.Multiply<Elements.Float16Element>(
            new Tile { A = a, B = b, C = c, D = d }, new Quad { A = low, B = lowOfOther, C = high, D = highOfOther }, xLow, xHigh);

    /// <summary>
    /// Has the cache line with an address brought into the device's L2 cache, and goes on: <c>prefetch.global.L2</c>. Allowed before
    /// <see cref="AwaitEarlier"/>: nothing is read yet, and what others write meanwhile they write into that cache.
    /// </summary>
    [IntrinsicImplementation]
    public static void Prefetch(long address)
    {
        // A hint.
    }

    /// <summary>How loads leave their lines in the device's L2 cache, for <see cref="Load"/>: <c>createpolicy</c>.</summary>
    /// <param name="last">1 for <c>L2::evict_last</c>: what is written meanwhile leaves the cache first. 0 for <c>L2::evict_normal</c>.</param>
    [IntrinsicImplementation]
    public static long CachePolicy(int last) => last;

    /// <summary>Reads 16 bytes: <c>ld.global.L2::cache_hint.v4.b32</c>.</summary>
    /// <param name="source">Where.</param>
    /// <param name="policy">What <see cref="CachePolicy"/> has made.</param>
    [IntrinsicImplementation]
    public static Quad Load(ref Quad source, long policy) => source;

    /// <summary>Lets the line with an address leave the device's L2 cache as any other, whatever it was read with: <c>applypriority.global.L2::evict_normal</c>.</summary>
    [IntrinsicImplementation]
    public static void Release(ref Quad source)
    {
        // A hint.
    }

    /// <summary>
    /// Waits until the kernels that were queued before have ended and what they wrote can be read: <c>griddepcontrol.wait</c> from sm_90 on, where a
    /// kernel may begin before that. Kernels that do not call this have it as their first instruction.
    /// </summary>
    [IntrinsicImplementation]
    public static void AwaitEarlier()
    {
        // Simulated kernels run one after another.
    }

    // A result that is off by units in the last place, upwards or downwards. Zero, one and what is not finite are exact.
    private static float Off(float x, int units)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        return float.IsNormal(x) && MathF.Abs(x) != 1f ? BitConverter.Int32BitsToSingle((bits & 4) == 0 ? bits + units : bits - units) : x;
    }
}
