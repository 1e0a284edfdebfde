using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class ArgmaxTests
{
    private static readonly float[] s_special =
    [
        float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 0f, -0f, float.Epsilon, -float.Epsilon, 1f, -1f,
    ];

    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Every_index_is_natives_and_nothing_else_is_written(DType dtype, Width width)
    {
        foreach (int size in Cases.Sizes)
        {
            using GuardedTensor x = GuardedTensor.From(dtype, Cases.Normal(size, 5 * size), 5, size), output = new(DType.Int64, 5);
            AssertNatives(width, x.Tensor, output.Tensor);
            Assert.True(output.GuardsAreIntact, $"{size}: wrote outside the output.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Special_values_ties_and_zeros_of_either_sign_are_natives(DType dtype, Width width)
    {
        var random = new Random(1);
        foreach (int size in Cases.Sizes)
        {
            // Rows of few different values, of which some lack the greater ones, so that each of them is the greatest somewhere and often.
            const int Rows = 24;
            float[] values = new float[Rows * size];
            for (int i = 0; i < values.Length; i++)
                values[i] = s_special[random.Next(i / size % s_special.Length, s_special.Length)];
            using Tensor x = Tensor.FromSingles(dtype, values, Rows, size), output = Tensor.Empty(DType.Int64, Rows);
            AssertNatives(width, x, output);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void The_greatest_is_found_at_every_position(DType dtype, Width width)
    {
        const int Size = 67;
        float[] values = Enumerable.Repeat(-3f, Size * Size).ToArray();
        for (int i = 0; i < Size; i++)
            values[(i * Size) + i] = -2.5f;
        using Tensor x = Tensor.FromSingles(dtype, values, Size, Size), output = Tensor.Empty(DType.Int64, Size);
        Specialized.RunAt(width, dtype, new Argmax.Search(x, output));
        Assert.Equal(Enumerable.Range(0, Size).Select(i => (long)i), output.AsSpan<long>().ToArray());
    }

    [Fact]
    public void One_row_by_itself_and_an_output_with_gaps_are_taken()
    {
        using Tensor x = Tensor.From<float>([1, 3, 2], 3), one = Tensor.Empty(DType.Int64), memory = Tensor.Zeros(DType.Int64, 2, 3);
        Argmax.Run(_context, x, one);
        Assert.Equal(1, one.AsSpan<long>()[0]);

        using Tensor two = Tensor.From<float>([1, 3, 2, 4, 3, 2], 2, 1, 3), column = memory.Slice(1, 1, 1);
        column.CopyFrom(Tensor.From<long>([9, 9], 2, 1));
        Argmax.Run(_context, two, column);
        Assert.Equal([0, 1, 0, 0, 0, 0], memory.AsSpan<long>().ToArray());
    }

    private void AssertNatives(Width width, Tensor x, Tensor output)
    {
        using Tensor expected = Tensor.Empty(output.Spec);
        Ops.Argmax.Native(_context, x, expected);
        Specialized.RunAt(width, x.DType, new Argmax.Search(x, output));
        TensorAssert.SameBits(expected, output, $"{x}");
    }
}
