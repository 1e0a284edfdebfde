using System.Runtime.InteropServices;

namespace PluginIr;

/// <summary>Conversions between float32 and elements of any dtype. Plain loops: the definition, not the fast path.</summary>
/// <remarks>Each dtype's conversion is a struct, so that the loops are compiled for it with the conversion inlined.</remarks>
public static partial class ElementConversion
{
    /// <summary>Widens elements to float32. Exact for every dtype but int32 and int64, which round to nearest even.</summary>
    /// <param name="source">The elements' bytes.</param>
    /// <param name="target">One float32 for each element.</param>
    /// <param name="dtype">The elements' type.</param>
    public static void ToSingles(ReadOnlySpan<byte> source, Span<float> target, DType dtype)
    {
        switch (dtype)
        {
            case DType.Float32: source.CopyTo(MemoryMarshal.AsBytes(target)); break;
            case DType.Float16: Widen<Half, HalfElement>(source, target); break;
            case DType.BFloat16: Widen<BFloat16, BFloat16Element>(source, target); break;
            case DType.Float8E4M3FN: Widen<Float8E4M3FN, Float8E4M3FNElement>(source, target); break;
            case DType.Float8E5M2: Widen<Float8E5M2, Float8E5M2Element>(source, target); break;
            case DType.Int8: Widen<sbyte, Int8Element>(source, target); break;
            case DType.Int32: Widen<int, Int32Element>(source, target); break;
            case DType.Int64: Widen<long, Int64Element>(source, target); break;
            case DType.UInt8: Widen<byte, UInt8Element>(source, target); break;
            case DType.Bool: Widen<bool, BoolElement>(source, target); break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a dtype.");
        }
    }

    /// <summary>Narrows float32 to elements, to nearest even: floats keep NaN, integers saturate and take NaN as 0.</summary>
    /// <param name="source">The values.</param>
    /// <param name="target">The bytes of one element for each value.</param>
    /// <param name="dtype">The elements' type.</param>
    public static void FromSingles(ReadOnlySpan<float> source, Span<byte> target, DType dtype)
    {
        switch (dtype)
        {
            case DType.Float32: MemoryMarshal.AsBytes(source).CopyTo(target); break;
            case DType.Float16: Narrow<Half, HalfElement>(source, target); break;
            case DType.BFloat16: Narrow<BFloat16, BFloat16Element>(source, target); break;
            case DType.Float8E4M3FN: Narrow<Float8E4M3FN, Float8E4M3FNElement>(source, target); break;
            case DType.Float8E5M2: Narrow<Float8E5M2, Float8E5M2Element>(source, target); break;
            case DType.Int8: Narrow<sbyte, Int8Element>(source, target); break;
            case DType.Int32: Narrow<int, Int32Element>(source, target); break;
            case DType.Int64: Narrow<long, Int64Element>(source, target); break;
            case DType.UInt8: Narrow<byte, UInt8Element>(source, target); break;
            case DType.Bool: Narrow<bool, BoolElement>(source, target); break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a dtype.");
        }
    }

    /// <summary>Rounds float32 values in place to what <paramref name="dtype"/> can hold, to nearest even.</summary>
    public static void Round(Span<float> values, DType dtype)
    {
        switch (dtype)
        {
            case DType.Float32: break;
            case DType.Float16: foreach (ref float value in values) value = (float)(Half)value; break;
            case DType.BFloat16: foreach (ref float value in values) value = (float)(BFloat16)value; break;
            case DType.Float8E4M3FN: foreach (ref float value in values) value = (float)(Float8E4M3FN)value; break;
            case DType.Float8E5M2: foreach (ref float value in values) value = (float)(Float8E5M2)value; break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype), dtype, $"{dtype.Name()} is not a floating-point dtype.");
        }
    }

    private static void Widen<T, TElement>(ReadOnlySpan<byte> source, Span<float> target)
        where T : unmanaged
        where TElement : struct, IElement<T>
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(source);
        target = target[..elements.Length];
        for (int i = 0; i < elements.Length; i++)
            target[i] = TElement.Widen(elements[i]);
    }

    private static void Narrow<T, TElement>(ReadOnlySpan<float> source, Span<byte> target)
        where T : unmanaged
        where TElement : struct, IElement<T>
    {
        Span<T> elements = MemoryMarshal.Cast<byte, T>(target)[..source.Length];
        for (int i = 0; i < source.Length; i++)
            elements[i] = TElement.Narrow(source[i]);
    }
}
