using System.Runtime.InteropServices;

namespace PluginIr;

/// <summary>Conversions between float32 and elements of any dtype. Plain loops: the definition, not the fast path.</summary>
public static class ElementConversion
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
            case DType.Float16: Widen<Half>(source, target, static v => (float)v); break;
            case DType.BFloat16: Widen<BFloat16>(source, target, static v => (float)v); break;
            case DType.Float8E4M3FN: WidenFloat8(source, target, Float8.Values(Float8Format.E4M3FN)); break;
            case DType.Float8E5M2: WidenFloat8(source, target, Float8.Values(Float8Format.E5M2)); break;
            case DType.Int8: Widen<sbyte>(source, target, static v => v); break;
            case DType.Int32: Widen<int>(source, target, static v => v); break;
            case DType.Int64: Widen<long>(source, target, static v => v); break;
            case DType.UInt8 or DType.Bool: Widen<byte>(source, target, static v => v); break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a dtype.");
        }
    }

    /// <summary>Narrows float32 to elements: floats to nearest even with NaN kept, integers to nearest even and saturating, with NaN as 0.</summary>
    /// <param name="source">The values.</param>
    /// <param name="target">The bytes of one element for each value.</param>
    /// <param name="dtype">The elements' type.</param>
    public static void FromSingles(ReadOnlySpan<float> source, Span<byte> target, DType dtype)
    {
        switch (dtype)
        {
            case DType.Float32: MemoryMarshal.AsBytes(source).CopyTo(target); break;
            case DType.Float16: Narrow(source, target, static v => (Half)v); break;
            case DType.BFloat16: Narrow(source, target, static v => (BFloat16)v); break;
            case DType.Float8E4M3FN: Narrow(source, target, static v => (Float8E4M3FN)v); break;
            case DType.Float8E5M2: Narrow(source, target, static v => (Float8E5M2)v); break;
            case DType.Int8: Narrow(source, target, static v => (sbyte)float.Clamp(MathF.Round(v), sbyte.MinValue, sbyte.MaxValue)); break;
            case DType.Int32: Narrow(source, target, static v => (int)MathF.Round(v)); break;
            case DType.Int64: Narrow(source, target, static v => (long)MathF.Round(v)); break;
            case DType.UInt8: Narrow(source, target, static v => (byte)float.Clamp(MathF.Round(v), byte.MinValue, byte.MaxValue)); break;
            case DType.Bool: Narrow(source, target, static v => v != 0); break;
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

    private static void Widen<T>(ReadOnlySpan<byte> source, Span<float> target, Func<T, float> convert) where T : unmanaged
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(source);
        for (int i = 0; i < elements.Length; i++)
            target[i] = convert(elements[i]);
    }

    private static void WidenFloat8(ReadOnlySpan<byte> source, Span<float> target, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < source.Length; i++)
            target[i] = values[source[i]];
    }

    private static void Narrow<T>(ReadOnlySpan<float> source, Span<byte> target, Func<float, T> convert) where T : unmanaged
    {
        Span<T> elements = MemoryMarshal.Cast<byte, T>(target);
        for (int i = 0; i < source.Length; i++)
            elements[i] = convert(source[i]);
    }
}
