namespace PluginIr.Models.Safetensors;

/// <summary>The dtype names of the safetensors format.</summary>
internal static class SafetensorsDType
{
    private static readonly Dictionary<string, DType> s_byName = new(StringComparer.Ordinal)
    {
        ["F32"] = DType.Float32,
        ["F16"] = DType.Float16,
        ["BF16"] = DType.BFloat16,
        ["F8_E4M3"] = DType.Float8E4M3FN,
        ["F8_E5M2"] = DType.Float8E5M2,
        ["I8"] = DType.Int8,
        ["I32"] = DType.Int32,
        ["I64"] = DType.Int64,
        ["U8"] = DType.UInt8,
        ["BOOL"] = DType.Bool,
    };

    /// <summary>All names there is a dtype for, for messages.</summary>
    public static string Known { get; } = string.Join(", ", s_byName.Keys);

    /// <summary>The dtype that a name stands for; false for names such as <c>F64</c> that no dtype here answers to.</summary>
    public static bool TryParse(string name, out DType dtype) => s_byName.TryGetValue(name, out dtype);
}
