using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Elements;

/// <summary>float16: a chunk is one 128-bit access.</summary>
internal struct Float16Element : ITensorCoreElement
{
    public static int Id
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static uint One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 0x3C00_3C00;
    }

    public static int ChunkBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Load(ArrayView<byte> memory, long chunk) => Unpack(memory.Cast<Quad>()[chunk]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ArrayView<byte> memory, long chunk, Chunk x) => memory.Cast<Quad>()[chunk] = Pack(x).Low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk LoadPacked(ArrayView<byte> memory, long row, int chunk) => new() { Low = memory.Cast<Quad>().SubView(row)[chunk] };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk LoadPacked(ArrayView<byte> memory, long row, int chunk, long policy) =>
        new() { Low = Instructions.Load(ref memory.Cast<Quad>().SubView(row)[chunk], policy) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(ArrayView<byte> memory, long row, int chunk) => Instructions.Release(ref memory.Cast<Quad>().SubView(row)[chunk]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePacked(ArrayView<byte> memory, long row, int chunk, PackedChunk packed) => memory.Cast<Quad>().SubView(row)[chunk] = packed.Low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Unpack(PackedChunk packed) => Unpack(packed.Low);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk Pack(Chunk x)
    {
        PackedChunk packed = default;
        packed.Low = new Quad
        {
            A = Instructions.PackFloat16(x.A, x.B),
            B = Instructions.PackFloat16(x.C, x.D),
            C = Instructions.PackFloat16(x.E, x.F),
            D = Instructions.PackFloat16(x.G, x.H),
        };
        return packed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedChunk Multiply(PackedChunk x, PackedChunk y)
    {
        PackedChunk packed = default;
        packed.Low = new Quad
        {
            A = Instructions.MultiplyFloat16Pairs(x.Low.A, y.Low.A),
            B = Instructions.MultiplyFloat16Pairs(x.Low.B, y.Low.B),
            C = Instructions.MultiplyFloat16Pairs(x.Low.C, y.Low.C),
            D = Instructions.MultiplyFloat16Pairs(x.Low.D, y.Low.D),
        };
        return packed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadOne(ArrayView<byte> memory, long element) => Low(memory.Cast<ushort>()[element]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreOne(ArrayView<byte> memory, long element, float x) =>
        memory.Cast<ushort>()[element] = (ushort)Instructions.PackFloat16(x, 0f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Chunk Round(Chunk x) => Unpack(Pack(x).Low);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float RoundOne(float x) => Low(Instructions.PackFloat16(x, 0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile Multiply(Tile sums, uint low, uint lowOfOther, uint high, uint highOfOther, uint xLow, uint xHigh) =>
        Instructions.MultiplyFloat16(sums.A, sums.B, sums.C, sums.D, low, lowOfOther, high, highOfOther, xLow, xHigh);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Low(uint bits) => Instructions.LowFloat16(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float High(uint bits) => Instructions.HighFloat16(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Chunk Unpack(Quad bits) => new()
    {
        A = Low(bits.A),
        B = High(bits.A),
        C = Low(bits.B),
        D = High(bits.B),
        E = Low(bits.C),
        F = High(bits.C),
        G = Low(bits.D),
        H = High(bits.D),
    };
}
