using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Functions;

namespace PluginIr.Cuda.Gpu;

/// <summary>Eight neighbouring elements of a row, as float32: what one thread handles at a time.</summary>
/// <remarks>
/// Eight 16-bit elements are one 128-bit access, eight float32 two, eight float8 half of one. Fields rather than an array: an array would
/// lie in local memory, fields are registers.
/// </remarks>
internal struct Chunk
{
    /// <summary>How many elements.</summary>
    public const int Length = 8;

    public float A, B, C, D, E, F, G, H;

    /// <summary>A function of each element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Map<TFunction>(Chunk x) where TFunction : struct, IFunction => new()
    {
        A = TFunction.Of(x.A),
        B = TFunction.Of(x.B),
        C = TFunction.Of(x.C),
        D = TFunction.Of(x.D),
        E = TFunction.Of(x.E),
        F = TFunction.Of(x.F),
        G = TFunction.Of(x.G),
        H = TFunction.Of(x.H),
    };

    /// <summary>The chunk where the condition holds, zeros elsewhere: selected, not branched on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk If(bool condition, Chunk x) => new()
    {
        A = condition ? x.A : 0f,
        B = condition ? x.B : 0f,
        C = condition ? x.C : 0f,
        D = condition ? x.D : 0f,
        E = condition ? x.E : 0f,
        F = condition ? x.F : 0f,
        G = condition ? x.G : 0f,
        H = condition ? x.H : 0f,
    };

    /// <summary>An operation on each pair of elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Combine<TOperation>(Chunk x, Chunk y) where TOperation : struct, IOperation => new()
    {
        A = TOperation.Of(x.A, y.A),
        B = TOperation.Of(x.B, y.B),
        C = TOperation.Of(x.C, y.C),
        D = TOperation.Of(x.D, y.D),
        E = TOperation.Of(x.E, y.E),
        F = TOperation.Of(x.F, y.F),
        G = TOperation.Of(x.G, y.G),
        H = TOperation.Of(x.H, y.H),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk operator +(Chunk x, Chunk y) => new()
    {
        A = x.A + y.A,
        B = x.B + y.B,
        C = x.C + y.C,
        D = x.D + y.D,
        E = x.E + y.E,
        F = x.F + y.F,
        G = x.G + y.G,
        H = x.H + y.H,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk operator *(Chunk x, Chunk y) => new()
    {
        A = x.A * y.A,
        B = x.B * y.B,
        C = x.C * y.C,
        D = x.D * y.D,
        E = x.E * y.E,
        F = x.F * y.F,
        G = x.G * y.G,
        H = x.H * y.H,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk operator *(Chunk x, float factor) => new()
    {
        A = x.A * factor,
        B = x.B * factor,
        C = x.C * factor,
        D = x.D * factor,
        E = x.E * factor,
        F = x.F * factor,
        G = x.G * factor,
        H = x.H * factor,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk operator /(Chunk x, float divisor) => new()
    {
        A = x.A / divisor,
        B = x.B / divisor,
        C = x.C / divisor,
        D = x.D / divisor,
        E = x.E / divisor,
        F = x.F / divisor,
        G = x.G / divisor,
        H = x.H / divisor,
    };

    /// <summary>The sum of the squares, as a tree: a chain of eight dependent additions would be waited for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfSquares(Chunk x) =>
        ((x.A * x.A) + (x.B * x.B) + ((x.C * x.C) + (x.D * x.D))) + ((x.E * x.E) + (x.F * x.F) + ((x.G * x.G) + (x.H * x.H)));

    /// <summary>The sum of the products, as two chains: many of these are under way at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(Chunk x, Chunk y) =>
        (x.A * y.A) + (x.B * y.B) + (x.C * y.C) + (x.D * y.D) + ((x.E * y.E) + (x.F * y.F) + (x.G * y.G) + (x.H * y.H));

    /// <summary>A sum with the products of the elements added one after another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float AddDot(float sum, Chunk x, Chunk y) =>
        sum + (x.A * y.A) + (x.B * y.B) + (x.C * y.C) + (x.D * y.D) + (x.E * y.E) + (x.F * y.F) + (x.G * y.G) + (x.H * y.H);

    /// <summary>The bits of the greatest magnitude. As integers magnitudes are ordered as their values are, and NaN is above infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Magnitude(Chunk x)
    {
        int ab = IntrinsicMath.Max(Magnitude(x.A), Magnitude(x.B)), cd = IntrinsicMath.Max(Magnitude(x.C), Magnitude(x.D));
        int ef = IntrinsicMath.Max(Magnitude(x.E), Magnitude(x.F)), gh = IntrinsicMath.Max(Magnitude(x.G), Magnitude(x.H));
        return IntrinsicMath.Max(IntrinsicMath.Max(ab, cd), IntrinsicMath.Max(ef, gh));
    }

    /// <summary>The bits of a value's magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Magnitude(float x) => (int)(Interop.FloatAsInt(x) & 0x7FFF_FFFF);
}
