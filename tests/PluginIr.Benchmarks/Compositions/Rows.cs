using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>Rows of any dtype as float32 and back, with TensorPrimitives: for float32 they are there already.</summary>
internal static class Rows
{
    private const int HalfBits = 16;

    /// <summary>Part of a tensor as float32: the memory itself where it holds them, scratch otherwise.</summary>
    public static Span<float> Read(Tensor tensor, int first, Span<float> scratch)
    {
        switch (tensor.DType)
        {
            case DType.Float32:
                return tensor.AsSpan<float>().Slice(first, scratch.Length);
            case DType.Float16:
                TensorPrimitives.ConvertToSingle(tensor.AsSpan<Half>().Slice(first, scratch.Length), scratch);
                return scratch;
            default:
                // A bfloat16 is the upper half of a float32.
                Span<uint> bits = MemoryMarshal.Cast<float, uint>(scratch);
                TensorPrimitives.ConvertTruncating<ushort, uint>(Shorts(tensor, first, scratch.Length), bits);
                TensorPrimitives.ShiftLeft(bits, HalfBits, bits);
                return scratch;
        }
    }

    /// <summary>Where to compute part of a tensor: the memory itself where it holds float32, scratch otherwise.</summary>
    public static Span<float> Target(Tensor tensor, int first, Span<float> scratch) =>
        tensor.DType == DType.Float32 ? tensor.AsSpan<float>().Slice(first, scratch.Length) : scratch;

    /// <summary>Puts what was computed into a tensor, if it is not there already. Changes the values.</summary>
    public static void Write(Tensor tensor, int first, Span<float> values)
    {
        if (tensor.DType == DType.Float16)
        {
            TensorPrimitives.ConvertToHalf(values, tensor.AsSpan<Half>().Slice(first, values.Length));
        }
        else if (tensor.DType == DType.BFloat16)
        {
            // To nearest, half to even; values here are finite.
            Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
            Span<uint> odd = stackalloc uint[256];
            for (int i = 0; i < bits.Length; i += odd.Length)
            {
                Span<uint> part = bits[i..Math.Min(i + odd.Length, bits.Length)], lowest = odd[..part.Length];
                TensorPrimitives.ShiftRightLogical(part, HalfBits, lowest);
                TensorPrimitives.BitwiseAnd(lowest, 1u, lowest);
                TensorPrimitives.Add(lowest, 0x7FFFu, lowest);
                TensorPrimitives.Add(part, lowest, part);
                TensorPrimitives.ShiftRightLogical(part, HalfBits, part);
            }

            TensorPrimitives.ConvertTruncating<uint, ushort>(bits, Shorts(tensor, first, values.Length));
        }
    }

    private static Span<ushort> Shorts(Tensor tensor, int first, int count) => MemoryMarshal.Cast<byte, ushort>(tensor.AsBytes()).Slice(first, count);
}
