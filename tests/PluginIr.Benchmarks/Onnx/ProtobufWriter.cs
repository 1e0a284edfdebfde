using System.Buffers.Binary;
using System.Text;

namespace PluginIr.Benchmarks.Onnx;

/// <summary>Writes protobuf messages: as much of the format as ONNX models need.</summary>
/// <remarks>Source: protobuf.dev, "Encoding". Field numbers are those of onnx.proto.</remarks>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0, LengthType = 2, Fixed32Type = 5;

    private readonly MemoryStream _bytes = new();

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>Writes an integer.</summary>
    public ProtobufWriter Integer(int field, long value)
    {
        Varint((ulong)((field << 3) | VarintType));
        Varint((ulong)value);
        return this;
    }

    /// <summary>Writes a float32.</summary>
    public ProtobufWriter Single(int field, float value)
    {
        Varint((ulong)((field << 3) | Fixed32Type));
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Writes text.</summary>
    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a message inside this one.</summary>
    public ProtobufWriter Message(int field, ProtobufWriter message) => Bytes(field, message._bytes.GetBuffer().AsSpan(0, (int)message._bytes.Length));

    /// <summary>Writes bytes.</summary>
    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)((field << 3) | LengthType));
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
