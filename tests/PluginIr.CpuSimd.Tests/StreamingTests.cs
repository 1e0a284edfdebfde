using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Stores;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>Outputs that are written past the caches.</summary>
public sealed class StreamingTests
{
    private const int Hidden = 1024;

    private static readonly long s_rows = (Streaming.Threshold / (2 * Hidden)) + 1;

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Rms_norm_writes_the_bits_that_it_writes_through_the_caches(DType dtype, Width width)
    {
        using Tensor x = Repeated(dtype, 1, Hidden), weight = Tensor.FromSingles(dtype, Cases.Normal(3, Hidden), Hidden);
        Check(x, x.Last, (many, output) => Specialized.RunAt(width, dtype, new RmsNorm.Work(many, weight, Cases.Epsilon, null, output)));
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Fused_add_rms_norm_writes_the_bits_that_it_writes_through_the_caches(DType dtype, Width width)
    {
        using Tensor x = Repeated(dtype, 1, Hidden), residual = Repeated(dtype, 2, Hidden), other = Tensor.Empty(x.Spec);
        Check(x, x.Last, (many, output) =>
        {
            using Tensor residuals = residual.Slice(0, 0, many.Rows), others = other.Slice(0, 0, many.Rows);
            Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(many, residuals, null, Cases.Epsilon, null, output, others));
        });
        Check(x, x.Last, (many, output) =>
        {
            using Tensor residuals = residual.Slice(0, 0, many.Rows), others = other.Slice(0, 0, many.Rows);
            Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(many, residuals, null, Cases.Epsilon, null, others, output));
        });
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Silu_and_mul_writes_the_bits_that_it_writes_through_the_caches(DType dtype, Width width)
    {
        using Tensor x = Repeated(dtype, 1, 2 * Hidden);
        Check(x, Hidden, (many, output) => Specialized.RunAt(width, dtype, new Gating<Silu>(many, output)));
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Add_writes_the_bits_that_it_writes_through_the_caches(DType dtype, Width width)
    {
        using Tensor x = Repeated(dtype, 1, Hidden);
        Check(x, x.Last, (many, output) => Specialized.RunAt(width, dtype, new Add.Work(many, many, output)));
    }

    [Theory]
    [InlineData(128, 128)]
    [InlineData(128, 64)]
    [InlineData(128, 24)]
    [InlineData(72, 32)] // Rows begin where vectors can be written past the caches, and most heads do not.
    public void Rotary_embedding_writes_the_bits_that_it_writes_through_the_caches(int headSize, int rotaryDim)
    {
        int columns = headSize * 16;
        using Tensor x = Repeated(DType.Float32, 1, columns), key = Repeated(DType.Float32, 2, columns), other = Tensor.Empty(x.Spec);
        using Tensor cache = Tensor.FromSingles(DType.Float32, Cases.Normal(3, rotaryDim), 1, rotaryDim);
        using Tensor positions = Tensor.Empty(DType.Int64, s_rows);
        positions.AsSpan<long>().Clear();
        Check(x, x.Last, (many, output) =>
        {
            using Tensor keys = key.Slice(0, 0, many.Rows), others = other.Slice(0, 0, many.Rows), places = positions.Slice(0, 0, many.Rows);
            Specialized.RunAt(Width.Bits512, DType.Float32, new RotaryEmbedding.Work(
                places, many, keys, headSize, rotaryDim, cache, isNeoxStyle: true, output, others));
        });
    }

    [Fact]
    public void An_output_is_streamed_only_when_the_call_is_large_and_it_is_aligned_and_not_the_input()
    {
        using Tensor memory = Tensor.Empty(DType.Float32, 1 << 21), other = Tensor.Empty(DType.Float32, 1);
        using Tensor large = memory.AsStrided(new TensorSpec(DType.Float32, 1024, 1024), 0);
        using Tensor unaligned = memory.AsStrided(new TensorSpec(DType.Float32, 1024, 1024), 1);
        using Tensor oddRows = memory.AsStrided(new TensorSpec(DType.Float32, 1024, 1025), 0);

        const long Large = Streaming.Threshold + 1;
        Assert.True(Streaming.Suits(large, other, Large));
        Assert.False(Streaming.Suits(large, large, Large));
        Assert.False(Streaming.Suits(large, other, Streaming.Threshold));
        Assert.False(Streaming.Suits(unaligned, other, Large));
        Assert.False(Streaming.Suits(oddRows, other, Large));
    }

    private static Tensor Repeated(DType dtype, int seed, int columns)
    {
        float[] row = Cases.Normal(seed, columns);
        Tensor tensor = Tensor.Empty(dtype, s_rows, columns);
        for (long r = 0; r < s_rows; r++)
            tensor.WriteRow(r, row);
        return tensor;
    }

    // Every row of x is the same: what one row gives through the caches, each must give past them.
    private static void Check(Tensor x, long columns, Action<Tensor, Tensor> run)
    {
        using Tensor output = Tensor.Empty(x.DType, s_rows, columns), expected = Tensor.Empty(x.DType, 1, columns);
        using Tensor first = x.Slice(0, 0, 1);
        Assert.True(Streaming.Suits(output, x, x.Spec.ByteCount + output.Spec.ByteCount));
        Assert.False(Streaming.Suits(expected, first, first.Spec.ByteCount + expected.Spec.ByteCount));
        run(x, output);
        run(first, expected);
        for (long r = 0; r < s_rows; r++)
        {
            using Tensor row = output.Slice(0, r, 1);
            TensorAssert.SameBits(expected, row, $"row {r}");
        }
    }
}
