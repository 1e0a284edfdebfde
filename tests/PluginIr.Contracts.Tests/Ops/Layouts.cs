namespace PluginIr.Contracts.Tests.Ops;

/// <summary>Tensors that lie in memory as awkwardly as strides allow: every dimension backwards, with a gap after each element.</summary>
internal static class Layouts
{
    private const byte Filling = 0x5A;

    /// <summary>An awkward tensor; all memory, gaps included, holds the filling.</summary>
    public static Tensor Awkward(TensorSpec spec, out Tensor memory)
    {
        int size = spec.DType.Size();
        memory = Tensor.Empty(DType.UInt8, Math.Max(1, 2 * spec.ByteCount));
        memory.AsBytes().Fill(Filling);
        long[] strides = new long[spec.Rank];
        long stride = -2, offset = 0;
        for (int i = spec.Rank - 1; i >= 0; i--)
        {
            strides[i] = stride;
            offset -= (spec[i] - 1) * stride;
            stride *= spec[i];
        }

        return spec.ElementCount == 0 || spec.Rank == 0 ? Tensor.Empty(spec) : memory.AsStrided(spec, offset, strides);
    }

    /// <summary>An awkward tensor with a copy of another's elements.</summary>
    public static Tensor AwkwardCopy(Tensor source)
    {
        Tensor copy = Awkward(source.Spec, out _);
        copy.CopyFrom(source);
        return copy;
    }

    /// <summary>Asserts that the gaps still hold the filling.</summary>
    public static void AssertGapsUntouched(Tensor memory, int elementSize)
    {
        Span<byte> bytes = memory.AsBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i / elementSize % 2 == 1)
                Assert.Equal(Filling, bytes[i]);
        }
    }

    /// <summary>Asserts that tensors hold the same elements, bit for bit, however they lie in memory.</summary>
    public static void AssertSameElements(Tensor?[] expected, Tensor?[] actual)
    {
        Assert.Equal(expected.Select(t => t?.Spec), actual.Select(t => t?.Spec));
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] is not { } wanted)
                continue;
            using Tensor left = wanted.ToContiguous(), right = actual[i]!.ToContiguous();
            Assert.True(left.AsBytes().SequenceEqual(right.AsBytes()), $"Tensor {i}, {left}, differs.");
        }
    }
}
