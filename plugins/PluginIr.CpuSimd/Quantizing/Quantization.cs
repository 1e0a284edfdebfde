using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>What the quantisers do to some values that share a scale. Bit for bit the definitions' results.</summary>
/// <remarks>Elements that are costly to load go through the first-level cache as float32: the loops are not compiled for them.</remarks>
internal static unsafe class Quantization
{
    private const int BlockLength = 1024;

    /// <summary>The greatest magnitude; NaN when there is one, and 0 when there are no values.</summary>
    public static float Magnitude<TElement, TLanes>(TElement* x, nint count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (!TElement.IsCostlyToLoad)
            return GreatestOf<TElement, TLanes>(x, count);
        float* block = stackalloc float[BlockLength];
        float greatest = 0;
        for (nint start = 0; start < count; start += BlockLength)
        {
            nint length = Math.Min(BlockLength, count - start);
            Singles.Widen<TElement, TLanes>(x + start, length, block);
            greatest = MathF.Max(greatest, GreatestOf<Float32Element, TLanes>((Float32Element*)block, length));
        }

        return greatest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float GreatestOf<TElement, TLanes>(TElement* x, nint count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        // Without their signs floats are in the order of their bits, with infinity and then the NaNs at the end.
        TLanes magnitude = TLanes.CreateBits(0x7FFF_FFFF);
        nint whole = count - (count % TLanes.Count);
        TLanes greatest = whole < count ? Partial.Load<TElement, TLanes>(x + whole, (int)(count - whole)) & magnitude : TLanes.Create(0f);
        TLanes other = TLanes.Create(0f);
        nint i = 0;
        for (; i <= whole - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            greatest = TLanes.MaxBits(greatest, TElement.Load<TLanes>(x + i) & magnitude);
            other = TLanes.MaxBits(other, TElement.Load<TLanes>(x + i + TLanes.Count) & magnitude);
        }

        if (i < whole)
            other = TLanes.MaxBits(other, TElement.Load<TLanes>(x + i) & magnitude);
        return BitConverter.Int32BitsToSingle(TLanes.MaxBits(greatest, other).MaxOfBits());
    }

    /// <summary>Quantises a row with a scale from its values, whose magnitude counts as no greater than a bound; returns the scale.</summary>
    public static float QuantizeRow<TElement, TLanes>(Float8Format format, TElement* x, nint count, float bound, byte* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        // MathF.Min keeps a NaN on either side.
        float scale = format.ScaleOf(MathF.Min(Magnitude<TElement, TLanes>(x, count), bound));
        Quantize<ByReciprocal, TElement, TLanes>(format, x, count, scale, output);
        return scale;
    }

    /// <summary>Scales values, clamps them to the dtype's range and rounds them. NaN stays NaN.</summary>
    public static void Quantize<TScaling, TElement, TLanes>(Float8Format format, TElement* x, nint count, float scale, byte* output)
        where TScaling : struct, IScaling
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (!TElement.IsCostlyToLoad)
        {
            QuantizeAll<TScaling, TElement, TLanes>(format, x, count, scale, output);
            return;
        }

        float* block = stackalloc float[BlockLength];
        for (nint start = 0; start < count; start += BlockLength)
        {
            nint length = Math.Min(BlockLength, count - start);
            Singles.Widen<TElement, TLanes>(x + start, length, block);
            QuantizeAll<TScaling, Float32Element, TLanes>(format, (Float32Element*)block, length, scale, output + start);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void QuantizeAll<TScaling, TElement, TLanes>(Float8Format format, TElement* x, nint count, float scale, byte* output)
        where TScaling : struct, IScaling
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        // The end goes first: it makes calls, and a vector that lives across a call lives in memory, not in a register.
        nint whole = count - (count % TLanes.Count);
        if (whole < count)
            QuantizeLast<TScaling, TElement, TLanes>(format, x + whole, (int)(count - whole), scale, output + whole);
        TLanes factor = TLanes.Create(TScaling.Factor(scale));
        for (nint i = 0; i < whole; i += TLanes.Count)
            format.Encode(TScaling.Apply(TElement.Load<TLanes>(x + i), factor)).StoreLowestBytes(output + i);
    }

    // By way of a full vector, so that the encoding is compiled once and not a second time for the end.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void QuantizeLast<TScaling, TElement, TLanes>(Float8Format format, TElement* x, int count, float scale, byte* output)
        where TScaling : struct, IScaling
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        byte* padded = stackalloc byte[2 * Partial.Block], quantized = padded + Partial.Block;
        Partial.Pad(x, count, (TElement*)padded, Partial.Block / sizeof(TElement));
        QuantizeAll<TScaling, TElement, TLanes>(format, (TElement*)padded, TLanes.Count, scale, quantized);
        Partial.Unpad(quantized, count, output);
    }
}
