using System.Globalization;

namespace PluginIr.Schemas;

/// <summary>The value of one attribute (an op's input that is not a tensor), in 16 bytes that need no boxing.</summary>
public readonly struct AttributeValue : IEquatable<AttributeValue>
{
    private readonly string? _text;
    private readonly int _bits;
    private readonly byte _kind; // 0 for None, otherwise 1 + ParameterKind

    private AttributeValue(ParameterKind kind, int bits, string? text = null)
    {
        _kind = (byte)(kind + 1);
        _bits = bits;
        _text = text;
    }

    /// <summary>The absent value of an optional attribute.</summary>
    public static AttributeValue None => default;

    /// <summary>True for <see cref="None"/>.</summary>
    public bool IsNone => _kind == 0;

    /// <summary>The value of a <c>float</c>.</summary>
    public float Float => BitConverter.Int32BitsToSingle(Bits(ParameterKind.Float));

    /// <summary>The value of an <c>int</c>.</summary>
    public int Int => Bits(ParameterKind.Int);

    /// <summary>The value of a <c>bool</c>.</summary>
    public bool Bool => Bits(ParameterKind.Bool) != 0;

    /// <summary>The value of a <c>dtype</c>.</summary>
    public DType DType => (DType)Bits(ParameterKind.DType);

    /// <summary>The value of a <c>str</c>.</summary>
    public string Str => Bits(ParameterKind.Str) == 0 ? _text! : "";

    /// <summary>The value of a <c>float?</c>.</summary>
    public float? FloatOrNone => IsNone ? null : Float;

    /// <summary>The value of an <c>int?</c>.</summary>
    public int? IntOrNone => IsNone ? null : Int;

    /// <summary>The value of a <c>bool?</c>.</summary>
    public bool? BoolOrNone => IsNone ? null : Bool;

    /// <summary>The value of a <c>dtype?</c>.</summary>
    public DType? DTypeOrNone => IsNone ? null : DType;

    /// <summary>The value of a <c>str?</c>.</summary>
    public string? StrOrNone => IsNone ? null : Str;

    /// <summary>Wraps a <c>float</c>.</summary>
    public static implicit operator AttributeValue(float value) => new(ParameterKind.Float, BitConverter.SingleToInt32Bits(value));

    /// <summary>Wraps a <c>float?</c>.</summary>
    public static implicit operator AttributeValue(float? value) => value is { } given ? given : None;

    /// <summary>Wraps an <c>int</c>.</summary>
    public static implicit operator AttributeValue(int value) => new(ParameterKind.Int, value);

    /// <summary>Wraps an <c>int?</c>.</summary>
    public static implicit operator AttributeValue(int? value) => value is { } given ? given : None;

    /// <summary>Wraps a <c>bool</c>.</summary>
    public static implicit operator AttributeValue(bool value) => new(ParameterKind.Bool, value ? 1 : 0);

    /// <summary>Wraps a <c>bool?</c>.</summary>
    public static implicit operator AttributeValue(bool? value) => value is { } given ? given : None;

    /// <summary>Wraps a <c>dtype</c>.</summary>
    public static implicit operator AttributeValue(DType value) => new(ParameterKind.DType, (int)value);

    /// <summary>Wraps a <c>dtype?</c>.</summary>
    public static implicit operator AttributeValue(DType? value) => value is { } given ? given : None;

    /// <summary>Wraps a <c>str</c> or, when null, <see cref="None"/>.</summary>
    public static implicit operator AttributeValue(string? value) => value is null ? None : new(ParameterKind.Str, 0, value);

    /// <summary>Reads a value as schema and graph text write it, for a parameter of this type.</summary>
    /// <exception cref="FormatException">The text is no value of the parameter's type.</exception>
    public static AttributeValue Parse(string text, SchemaParameter parameter)
    {
        if (parameter.IsOptional && text == "None")
            return None;
        return parameter.Kind switch
        {
            ParameterKind.Float when float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float f) => f,
            ParameterKind.Int when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int i) => i,
            ParameterKind.Bool when text is "True" or "False" => text == "True",
            ParameterKind.DType when DTypeExtensions.TryParse(text, out DType dtype) => dtype,
            ParameterKind.Str when text is ['"', .. string inner, '"'] => inner,
            _ => throw new FormatException($"'{text}' is not a value for '{parameter}'."),
        };
    }

    /// <summary>True when the value can be given for the parameter.</summary>
    public bool Fits(SchemaParameter parameter) => IsNone ? parameter.IsOptional : _kind == (byte)(parameter.Kind + 1);

    /// <inheritdoc/>
    public bool Equals(AttributeValue other) => _kind == other._kind && _bits == other._bits && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is AttributeValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_kind, _bits, _text);

    /// <summary>As schema and graph text write it: <c>1E-05</c>, <c>"tanh"</c>, <c>None</c>.</summary>
    public override string ToString() => _kind switch
    {
        0 => "None",
        1 + (int)ParameterKind.Float => Float.ToString("R", CultureInfo.InvariantCulture),
        1 + (int)ParameterKind.Int => Int.ToString(CultureInfo.InvariantCulture),
        1 + (int)ParameterKind.Bool => Bool ? "True" : "False",
        1 + (int)ParameterKind.DType => DType.Name(),
        _ => $"\"{Str}\"",
    };

    /// <summary>Equal type and value.</summary>
    public static bool operator ==(AttributeValue left, AttributeValue right) => left.Equals(right);

    /// <summary>Different type or value.</summary>
    public static bool operator !=(AttributeValue left, AttributeValue right) => !left.Equals(right);

    private int Bits(ParameterKind kind) => _kind == (byte)(kind + 1)
        ? _bits
        : throw new InvalidOperationException($"Attribute value {this} is not of type {SchemaParameter.KindText(kind)}.");
}
