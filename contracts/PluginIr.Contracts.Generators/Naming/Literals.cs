using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using PluginIr.Schemas;

namespace PluginIr.Generators.Naming;

/// <summary>C# literals.</summary>
internal static class Literals
{
    // Indexed by the value of PluginIr.DType: the schema's name and the enum's.
    private static readonly (string Name, string Member)[] s_dtypes =
    [
        ("float32", "Float32"), ("float16", "Float16"), ("bfloat16", "BFloat16"), ("float8_e4m3fn", "Float8E4M3FN"),
        ("float8_e5m2", "Float8E5M2"), ("int8", "Int8"), ("int32", "Int32"), ("int64", "Int64"), ("uint8", "UInt8"), ("bool", "Bool"),
    ];

    /// <summary>Text in quotes.</summary>
    public static string Text(string value) => SymbolDisplay.FormatLiteral(value, quote: true);

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static string Bool(bool value) => value ? "true" : "false";

    /// <summary>A number, whatever the culture's minus.</summary>
    public static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A double, exactly.</summary>
    public static string Double(double value) => value switch
    {
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        _ when double.IsNaN(value) => "double.NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture) + "d",
    };

    /// <summary>A schema parameter's default; null when the literal cannot be written, which is so for unknown dtypes alone.</summary>
    public static string? Default(SchemaParameter parameter)
    {
        string text = parameter.DefaultText!;
        if (text == "None")
            return "null";
        return parameter.Kind switch
        {
            ParameterKind.Float => Float(float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)),
            ParameterKind.Bool => text == "True" ? "true" : "false",
            ParameterKind.DType => DTypeMember(text),
            ParameterKind.Str => Text(text.Substring(1, text.Length - 2)),
            _ => text,
        };
    }

    /// <summary>The names of all dtypes, for messages.</summary>
    public static string DTypeNames => string.Join(", ", System.Linq.Enumerable.Select(s_dtypes, d => d.Name));

    private static string? DTypeMember(string name)
    {
        foreach ((string known, string member) in s_dtypes)
        {
            if (known == name)
                return "global::PluginIr.DType." + member;
        }

        return null;
    }

    private static string Float(float value) => value switch
    {
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NegativeInfinity => "float.NegativeInfinity",
        _ when float.IsNaN(value) => "float.NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture) + "f",
    };
}
