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

    public static uint One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0x3F80_0000;
    }

    public static int ChunkBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Load(ArrayView<byte> memory, long chunk)
    {
        ArrayView<Quad> quads = memory.Cast<Quad>();
        return Unpack(new PackedChunk { Low = quads[2 * chunk], High = quads[(2 * chunk) + 1] });
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ArrayView<byte> memory, long chunk, Chunk x)
    {
        ArrayView<Quad> quads = memory.Cast<Quad>();
        PackedChunk packed = Pack(x);
        quads[2 * chunk] = packed.Low;
        quads[(2 * chunk) + 1] = packed.High;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk LoadPacked(ArrayView<byte> memory, long row, int chunk)
    {
        ArrayView<Quad> quads = memory.Cast<Quad>().SubView(2 * row);
        return new PackedChunk { Low = quads[2 * chunk], High = quads[(2 * chunk) + 1] };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk LoadPacked(ArrayView<byte> memory, long row, int chunk, long policy)
    {
        ArrayView<Quad> quads = memory.Cast<Quad>().SubView(2 * row);
        return new PackedChunk { Low = Instructions.Load(ref quads[2 * chunk], policy), High = Instructions.Load(ref quads[(2 * chunk) + 1], policy) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(ArrayView<byte> memory, long row, int chunk) => Instructions.Release(ref memory.Cast<Quad>().SubView(2 * row)[2 * chunk]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePacked(ArrayView<byte> memory, long row, int chunk, PackedChunk packed)
    {
        ArrayView<Quad> quads = memory.Cast<Quad>().SubView(2 * row);
        quads[2 * chunk] = packed.Low;
        quads[(2 * chunk) + 1] = packed.High;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Unpack(PackedChunk packed) => new()
    {
        A = Interop.IntAsFloat(packed.Low.A),
        B = Interop.IntAsFloat(packed.Low.B),
        C = Interop.IntAsFloat(packed.Low.C),
        D = Interop.IntAsFloat(packed.Low.D),
        E = Interop.IntAsFloat(packed.High.A),
        F = Interop.IntAsFloat(packed.High.B),
        G = Interop.IntAsFloat(packed.High.C),
        H = Interop.IntAsFloat(packed.High.D),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk Pack(Chunk x)
    {
        PackedChunk packed = default;
        packed.Low = new Quad
        {
            A = Interop.FloatAsInt(x.A),
            B = Interop.FloatAsInt(x.B),
            C = Interop.FloatAsInt(x.C),
            D = Interop.FloatAsInt(x.D),
        };
        packed.High = new Quad
        {
            A = Interop.FloatAsInt(x.E),
            B = Interop.FloatAsInt(x.F),
            C = Interop.FloatAsInt(x.G),
            D = Interop.FloatAsInt(x.H),
        };
        return packed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk Multiply(PackedChunk x, PackedChunk y) => Pack(Unpack(x) * Unpack(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(ArrayView<byte> memory, long element) => memory.Cast<float>()[element];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(ArrayView<byte> memory, long element, float x) => memory.Cast<float>()[element] = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Round(Chunk x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float RoundOne(float x) => x;
}
