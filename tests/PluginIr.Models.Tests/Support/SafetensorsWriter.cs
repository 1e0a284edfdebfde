using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PluginIr.Models.Tests.Support;

/// <summary>Writes safetensors files, well-formed ones from tensors and any others from raw parts.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes tensors in the order given. The header is padded with spaces until the data is aligned.</summary>
    public static void Write(string path, IEnumerable<(string Name, Tensor Value)> tensors, int alignment = 8)
    {
        var header = new JsonObject();
        var data = new MemoryStream();
        foreach ((string name, Tensor value) in tensors)
        {
            long begin = data.Length;
            data.Write(value.AsBytes());
            header[name] = new JsonObject
            {
                ["dtype"] = NameOf(value.DType),
                ["shape"] = new JsonArray([.. value.Shape.ToArray().Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(begin, data.Length),
            };
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        int padded = (json.Length + alignment - 1) / alignment * alignment;
        WriteRaw(path, Encoding.UTF8.GetString(json).PadRight(padded), data.ToArray());
    }

    /// <summary>Writes a header's length, the header as it is, and the data as it is.</summary>
    public static string WriteRaw(string path, string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data]);
        return path;
    }

    private static string NameOf(DType dtype) => dtype switch
    {
        DType.Float32 => "F32",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.Float8E4M3FN => "F8_E4M3",
        DType.Float8E5M2 => "F8_E5M2",
        DType.Int8 => "I8",
        DType.Int32 => "I32",
        DType.Int64 => "I64",
        DType.UInt8 => "U8",
        DType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };
}
