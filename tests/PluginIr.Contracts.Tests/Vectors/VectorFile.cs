using System.Buffers.Binary;
using System.Text.Json;
using PluginIr.Conformance;
using PluginIr.Schemas;

namespace PluginIr.Contracts.Tests.Vectors;

/// <summary>Inputs and outputs of the ops as PyTorch computes them, in a safetensors file: a length, a JSON header, the elements.</summary>
internal sealed class VectorFile
{
    private readonly byte[] _bytes;
    private readonly int _data;
    private readonly JsonElement _header;

    private VectorFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        int headerBytes = checked((int)BinaryPrimitives.ReadInt64LittleEndian(_bytes));
        _data = 8 + headerBytes;
        _header = JsonDocument.Parse(_bytes.AsMemory(8, headerBytes)).RootElement;
        string cases = _header.GetProperty("__metadata__").GetProperty("cases").GetString()!;
        Cases = [.. JsonDocument.Parse(cases).RootElement.EnumerateArray()];
    }

    public static VectorFile Public { get; } = new(Path.Combine(AppContext.BaseDirectory, "vectors", "ops-public.safetensors"));

    public IReadOnlyList<JsonElement> Cases { get; }

    public static string OpOf(JsonElement vector) => vector.GetProperty("op").GetString()!;

    public OpArguments ArgumentsOf(JsonElement vector, OpSchema schema)
    {
        var keys = vector.GetProperty("inputs").EnumerateArray().ToDictionary(i => i[0].GetString()!, i => i[1].GetString());
        Tensor?[] tensors = [.. schema.Tensors.Select(p => keys[p.Name] is { } key ? Read(key) : null)];
        JsonElement attributes = vector.GetProperty("attrs");
        return new OpArguments(schema, tensors, [.. schema.Attributes.Select(p => AttributeOf(attributes, p))]);
    }

    public Tensor[] OutputsOf(JsonElement vector) =>
        [.. vector.GetProperty("outputs").EnumerateArray().Select(o => Read(o[1].GetString()!))];

    private Tensor Read(string key)
    {
        JsonElement entry = _header.GetProperty(key), offsets = entry.GetProperty("data_offsets");
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        Tensor tensor = Tensor.Empty(DTypeOf(entry.GetProperty("dtype").GetString()!), shape);
        int start = offsets[0].GetInt32(), end = offsets[1].GetInt32();
        _bytes.AsSpan(_data + start, end - start).CopyTo(tensor.AsBytes());
        return tensor;
    }

    private static AttributeValue AttributeOf(JsonElement attributes, SchemaParameter parameter)
    {
        if (!attributes.TryGetProperty(parameter.Name, out JsonElement value))
            return AttributeValue.Parse(parameter.DefaultText!, parameter);
        return parameter.Kind switch
        {
            _ when value.ValueKind == JsonValueKind.Null => AttributeValue.None,
            ParameterKind.Float => value.GetSingle(),
            ParameterKind.Int => value.GetInt32(),
            ParameterKind.Bool => value.GetBoolean(),
            ParameterKind.DType => DTypeExtensions.Parse(value.GetString()!),
            _ => value.GetString(),
        };
    }

    private static DType DTypeOf(string name) => name switch
    {
        "F32" => DType.Float32,
        "F16" => DType.Float16,
        "BF16" => DType.BFloat16,
        "F8_E4M3" => DType.Float8E4M3FN,
        "F8_E5M2" => DType.Float8E5M2,
        "I64" => DType.Int64,
        _ => throw new FormatException($"'{name}' is not a dtype that these vectors use."),
    };
}
