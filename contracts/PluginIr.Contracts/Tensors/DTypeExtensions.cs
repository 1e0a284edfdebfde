using System.Diagnostics.CodeAnalysis;

namespace PluginIr;

/// <summary>Facts about each <see cref="DType"/>: size, names, the CLR type that holds an element.</summary>
public static class DTypeExtensions
{
    // Indexed by DType. The first name is canonical; the short one is what graph text and command lines use.
    private static readonly (string Name, string Short, Type Element)[] s_facts =
    [
        ("float32", "f32", typeof(float)),
        ("float16", "f16", typeof(Half)),
        ("bfloat16", "bf16", typeof(BFloat16)),
        ("float8_e4m3fn", "f8e4m3fn", typeof(Float8E4M3FN)),
        ("float8_e5m2", "f8e5m2", typeof(Float8E5M2)),
        ("int8", "i8", typeof(sbyte)),
        ("int32", "i32", typeof(int)),
        ("int64", "i64", typeof(long)),
        ("uint8", "u8", typeof(byte)),
        ("bool", "bool", typeof(bool)),
    ];

    // Indexed by DType too; by themselves, as every call of a kernel asks for some.
    private static ReadOnlySpan<byte> Sizes => [4, 2, 2, 1, 1, 1, 4, 8, 1, 1];

    /// <summary>All dtypes, in the order of their values.</summary>
    public static IReadOnlyList<DType> Every { get; } = [.. Enumerable.Range(0, s_facts.Length).Select(i => (DType)i)];

    /// <summary>Bytes of one element.</summary>
    public static int Size(this DType dtype) => Sizes[(int)dtype];

    /// <summary>The canonical name, e.g. <c>bfloat16</c>.</summary>
    public static string Name(this DType dtype) => s_facts[(int)dtype].Name;

    /// <summary>The short name that graph text uses, e.g. <c>bf16</c>.</summary>
    public static string ShortName(this DType dtype) => s_facts[(int)dtype].Short;

    /// <summary>The CLR type of one element, e.g. <see cref="BFloat16"/>.</summary>
    public static Type ElementType(this DType dtype) => s_facts[(int)dtype].Element;

    /// <summary>The set that holds this dtype alone.</summary>
    public static DTypes ToSet(this DType dtype) => (DTypes)(1 << (int)dtype);

    /// <summary>True for float32, float16, bfloat16 and both float8 types.</summary>
    public static bool IsFloatingPoint(this DType dtype) => dtype <= DType.Float8E5M2;

    /// <summary>True for the float8 types.</summary>
    public static bool IsFloat8(this DType dtype) => dtype is DType.Float8E4M3FN or DType.Float8E5M2;

    /// <summary>The dtypes in a set, in the order of their values.</summary>
    public static IEnumerable<DType> Members(this DTypes set) => Every.Where(d => (set & d.ToSet()) != 0);

    /// <summary>Reads a canonical or short name (<c>bfloat16</c>, <c>bf16</c>); false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DType dtype)
    {
        int index = Array.FindIndex(s_facts, f => f.Name == text || f.Short == text);
        dtype = (DType)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Reads a canonical or short name.</summary>
    /// <exception cref="FormatException">The text names no dtype; the message lists those there are.</exception>
    public static DType Parse(string text) => TryParse(text, out DType dtype)
        ? dtype
        : throw new FormatException($"'{text}' is not a dtype; expected one of {string.Join(", ", s_facts.Select(f => f.Name))}.");

    /// <summary>The dtype whose elements the CLR type <typeparamref name="T"/> holds.</summary>
    /// <exception cref="NotSupportedException">No dtype has elements of that type.</exception>
    public static DType Of<T>() where T : unmanaged
    {
        // typeof comparisons fold to constants when the method is compiled for a given T.
        if (typeof(T) == typeof(float)) return DType.Float32;
        if (typeof(T) == typeof(Half)) return DType.Float16;
        if (typeof(T) == typeof(BFloat16)) return DType.BFloat16;
        if (typeof(T) == typeof(Float8E4M3FN)) return DType.Float8E4M3FN;
        if (typeof(T) == typeof(Float8E5M2)) return DType.Float8E5M2;
        if (typeof(T) == typeof(sbyte)) return DType.Int8;
        if (typeof(T) == typeof(int)) return DType.Int32;
        if (typeof(T) == typeof(long)) return DType.Int64;
        if (typeof(T) == typeof(byte)) return DType.UInt8;
        if (typeof(T) == typeof(bool)) return DType.Bool;
        throw new NotSupportedException(
            $"{typeof(T)} is not the element type of a dtype; expected one of {string.Join(", ", s_facts.Select(f => f.Element.Name))}.");
    }
}
