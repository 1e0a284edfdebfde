using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Elements;

/// <summary>float32: a chunk is two 128-bit accesses.</summary>
internal struct Float32Element : IElement
{
    public static int Id
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Load(ArrayView<byte> memory, long chunk)
    {
        ArrayView<Quad> quads = memory.Cast<Quad>();
        Quad low = quads[2 * chunk], high = quads[(2 * chunk) + 1];
        return new Chunk
        {
            A = Interop.IntAsFloat(low.A),
            B = Interop.IntAsFloat(low.B),
            C = Interop.IntAsFloat(low.C),
            D = Interop.IntAsFloat(low.D),
            E = Interop.IntAsFloat(high.A),
            F = Interop.IntAsFloat(high.B),
            G = Interop.IntAsFloat(high.C),
            H = Interop.IntAsFloat(high.D),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ArrayView<byte> memory, long chunk, Chunk x)
    {
        ArrayView<Quad> quads = memory.Cast<Quad>();
        quads[2 * chunk] = new Quad
        {
            A = Interop.FloatAsInt(x.A),
            B = Interop.FloatAsInt(x.B),
            C = Interop.FloatAsInt(x.C),
            D = Interop.FloatAsInt(x.D),
        };
        quads[(2 * chunk) + 1] = new Quad
        {
            A = Interop.FloatAsInt(x.E),
            B = Interop.FloatAsInt(x.F),
            C = Interop.FloatAsInt(x.G),
            D = Interop.FloatAsInt(x.H),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(ArrayView<byte> memory, long element) => memory.Cast<float>()[element];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(ArrayView<byte> memory, long element, float x) => memory.Cast<float>()[element] = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Round(Chunk x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float RoundOne(float x) => x;
}
