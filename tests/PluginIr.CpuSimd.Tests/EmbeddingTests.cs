using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class EmbeddingTests
{
    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndSize), MemberType = typeof(Cases))]
    public void Rows_are_copied_bit_for_bit(DType dtype, int hidden)
    {
        // Bits at random: NaN with payloads among them.
        using Tensor weight = Tensor.Empty(dtype, 9, hidden), expected = Tensor.Empty(dtype, 2, 3, hidden);
        new Random(hidden).NextBytes(weight.AsBytes());
        using Tensor longIndices = Tensor.From<long>([8, 0, 3, 3, 7, 1], 2, 3), intIndices = Tensor.From<int>([8, 0, 3, 3, 7, 1], 2, 3);
        int rowBytes = hidden * dtype.Size();
        for (int i = 0; i < 6; i++)
            weight.AsBytes().Slice((int)longIndices.ReadIndex(i) * rowBytes, rowBytes).CopyTo(expected.AsBytes()[(i * rowBytes)..]);
        foreach (Tensor indices in (Tensor[])[longIndices, intIndices])
        {
            using GuardedTensor output = new(dtype, 2, 3, hidden);
            Embedding.Run(_context, indices, weight, output.Tensor);
            TensorAssert.SameBits(expected, output.Tensor, $"{indices.DType}");
            Assert.True(output.GuardsAreIntact, "wrote outside the output.");
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void An_index_that_is_not_in_the_table_is_refused_before_anything_is_written(int index)
    {
        using Tensor weight = Tensor.Zeros(DType.Float32, 4, 2), indices = Tensor.From<int>([0, index], 2);
        using Tensor output = Tensor.FromSingles(DType.Float32, [9, 9, 9, 9], 2, 2);
        OpArgumentException refusal = Assert.Throws<OpArgumentException>(() => Embedding.Run(_context, indices, weight, output));
        Assert.Contains($"index {index}, element 1", refusal.Message);
        Assert.All(output.ToSingles(), value => Assert.Equal(9f, value));
    }
}
