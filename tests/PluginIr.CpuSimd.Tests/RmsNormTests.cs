using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class RmsNormTests
{
    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndSize), MemberType = typeof(Cases))]
    public void It_is_close_to_native_at_every_width_and_writes_nothing_else(DType dtype, int hidden)
    {
        foreach (int rows in (int[])[1, 3, 8])
        {
            foreach (bool isWeighted in (bool[])[false, true])
            {
                using GuardedTensor x = GuardedTensor.From(dtype, Cases.Normal(hidden + rows, rows * hidden), rows, hidden);
                using GuardedTensor? weight = isWeighted ? GuardedTensor.From(dtype, Cases.Normal(hidden, hidden), hidden) : null;
                using Tensor expected = Tensor.Empty(dtype, rows, hidden);
                Ops.RmsNorm.Native(_context, x.Tensor, weight?.Tensor, Cases.Epsilon, null, expected);
                byte[] xBefore = x.Tensor.AsBytes().ToArray();

                foreach (Width width in Cases.Widths)
                {
                    using var output = new GuardedTensor(dtype, rows, hidden);
                    Specialized.RunAt(width, dtype, new RmsNorm.Work(x.Tensor, weight?.Tensor, Cases.Epsilon, null, output.Tensor));

                    TensorAssert.Close(expected, output.Tensor, $"{width} {rows} rows, weighted {isWeighted}");
                    Assert.True(output.GuardsAreIntact, $"{width} {rows} rows, weighted {isWeighted}: wrote outside the output.");
                    Assert.Equal(xBefore, x.Tensor.AsBytes());
                }
            }
        }
    }

    [Fact]
    public void A_write_past_the_end_is_noticed()
    {
        using var tensor = new GuardedTensor(DType.BFloat16, 2, 3);
        Assert.True(tensor.GuardsAreIntact);
        unsafe
        {
            tensor.Tensor.Pointer<ushort>()[6] = 0;
        }

        Assert.False(tensor.GuardsAreIntact);
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Every_bit_is_natives_when_the_sum_of_squares_is_exact(DType dtype, Width width)
    {
        foreach (int hidden in Cases.Sizes)
        {
            using Tensor x = Tensor.FromSingles(dtype, Cases.SmallIntegers(hidden, 4 * hidden), 4, hidden);
            using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(hidden, hidden), hidden);
            foreach (Tensor? factors in (Tensor?[])[null, weight])
            {
                using Tensor expected = Tensor.Empty(x.Spec), output = Tensor.Empty(x.Spec);
                Ops.RmsNorm.Native(_context, x, factors, Cases.Epsilon, null, expected);
                Specialized.RunAt(width, dtype, new RmsNorm.Work(x, factors, Cases.Epsilon, null, output));
                TensorAssert.SameBits(expected, output, $"{hidden}, weighted {factors is not null}");
            }
        }
    }

    [Fact]
    public void Rounding_only_once_would_be_noticed()
    {
        // The same comparison with the weight multiplied in before the first rounding, which is what a careless kernel does.
        using Tensor x = Tensor.FromSingles(DType.BFloat16, Cases.SmallIntegers(1, 1024), 1, 1024);
        using Tensor weight = Tensor.FromSingles(DType.BFloat16, Cases.Normal(1, 1024), 1024);
        using Tensor expected = Tensor.Empty(x.Spec), unweighted = Tensor.Empty(DType.Float32, 1, 1024);
        Ops.RmsNorm.Native(_context, x, weight, Cases.Epsilon, null, expected);
        using Tensor wide = Tensor.FromSingles(DType.Float32, TensorAssert.Values(x), 1, 1024);
        Ops.RmsNorm.Native(_context, wide, null, Cases.Epsilon, null, unweighted);

        float[] products = [.. TensorAssert.Values(unweighted).Zip(TensorAssert.Values(weight), (value, factor) => value * factor)];
        using Tensor once = Tensor.FromSingles(DType.BFloat16, products, 1, 1024);

        Assert.False(expected.AsBytes().SequenceEqual(once.AsBytes()));
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void A_rows_bits_depend_on_nothing_but_the_row(DType dtype, Width width)
    {
        foreach (int hidden in Cases.Sizes)
        {
            float[] values = Cases.Normal(hidden, 5 * hidden);
            using GuardedTensor many = GuardedTensor.From(dtype, values, 5, hidden);
            using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(7, hidden), hidden);
            using Tensor together = Tensor.Empty(dtype, 5, hidden);
            Specialized.RunAt(width, dtype, new RmsNorm.Work(many.Tensor, weight, Cases.Epsilon, null, together));

            for (int row = 0; row < 5; row++)
            {
                // Alone, and at an address of another alignment.
                using Tensor one = Tensor.FromSingles(dtype, values.AsSpan(row * hidden, hidden), 1, hidden);
                using Tensor alone = Tensor.Empty(dtype, 1, hidden);
                Specialized.RunAt(width, dtype, new RmsNorm.Work(one, weight, Cases.Epsilon, null, alone));
                using Tensor shared = together.Slice(0, row, 1);
                TensorAssert.SameBits(alone, shared, $"{hidden}, row {row}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Special_values_come_out_where_native_has_them(DType dtype, Width width)
    {
        float[] special =
        [
            float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, float.Epsilon, 1e-40f, 6e-8f, 1e-7f,
            6.1e-5f, 65504f, 65520f, 1e19f, 2e19f, float.MaxValue, float.MinValue,
        ];
        foreach (int hidden in (int[])[1, 5, 16, 37, 64, 100])
        {
            foreach (float value in special)
            {
                for (int at = 0; at < hidden; at += 7)
                {
                    float[] values = Cases.Normal(at, 2 * hidden);
                    values[at] = value;
                    using Tensor x = Tensor.FromSingles(dtype, values, 2, hidden);
                    using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(hidden, hidden), hidden);
                    using Tensor expected = Tensor.Empty(x.Spec), output = Tensor.Empty(x.Spec);
                    Ops.RmsNorm.Native(_context, x, weight, Cases.Epsilon, null, expected);
                    Specialized.RunAt(width, dtype, new RmsNorm.Work(x, weight, Cases.Epsilon, null, output));
                    TensorAssert.Close(expected, output, $"{value} at {at} of {hidden}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Every_bit_of_a_float16_row_is_natives_whatever_the_weights_from_zeros_to_those_that_make_infinities(Width width)
    {
        // In the order of their magnitudes, so that some rows' products are bounded and some are not; the row has zeros of both signs.
        float[] weights =
        [
            .. Enumerable.Range(0, 0x10000).Select(pattern => (float)BitConverter.UInt16BitsToHalf((ushort)pattern)).Where(float.IsFinite).OrderBy(MathF.Abs),
        ];
        foreach (float[] chunk in weights.Chunk(1000))
        {
            float[] values = [.. Cases.SmallIntegers(chunk.Length, chunk.Length).Select((value, i) => i % 5 == 0 ? -0f : value)];
            using Tensor x = Tensor.FromSingles(DType.Float16, values, 1, chunk.Length), weight = Tensor.FromSingles(DType.Float16, chunk, chunk.Length);
            using Tensor expected = Tensor.Empty(x.Spec), output = Tensor.Empty(x.Spec);
            Ops.RmsNorm.Native(_context, x, weight, Cases.Epsilon, null, expected);
            Specialized.RunAt(width, DType.Float16, new RmsNorm.Work(x, weight, Cases.Epsilon, null, output));
            TensorAssert.SameBits(expected, output, $"weights from {chunk[0]} on");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDType), MemberType = typeof(Cases))]
    public void A_row_of_subnormals_is_not_flushed_to_zero(DType dtype)
    {
        float tiny = dtype == DType.Float16 ? 5.96e-8f : 1e-40f;
        using Tensor x = Tensor.FromSingles(dtype, Enumerable.Repeat(tiny, 40).ToArray(), 1, 40);
        using Tensor expected = Tensor.Empty(x.Spec), output = Tensor.Empty(x.Spec);
        Ops.RmsNorm.Native(_context, x, null, Cases.Epsilon, null, expected);

        RmsNorm.Run(_context, x, null, Cases.Epsilon, null, output);

        Assert.All(TensorAssert.Values(output), value => Assert.True(value > tiny));
        TensorAssert.SameBits(expected, output, "subnormals");
    }

    [Fact]
    public void No_rows_are_no_work()
    {
        using Tensor x = Tensor.Empty(DType.Float32, 0, 16), output = Tensor.Empty(DType.Float32, 0, 16);
        RmsNorm.Run(_context, x, null, Cases.Epsilon, null, output);
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        using Tensor x = Tensor.Zeros(DType.BFloat16, 4, 100), output = Tensor.Empty(DType.BFloat16, 4, 100);
        RmsNorm.Run(_context, x, null, Cases.Epsilon, null, output);

        long before = GC.GetAllocatedBytesForCurrentThread();
        RmsNorm.Run(_context, x, null, Cases.Epsilon, null, output);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Rows_without_elements_are_left_as_they_are()
    {
        using Tensor x = Tensor.Empty(DType.Float32, 4, 0), output = Tensor.Empty(DType.Float32, 4, 0);
        RmsNorm.Run(_context, x, null, Cases.Epsilon, null, output);
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void The_mean_is_over_the_elements_asked_for(DType dtype, Width width)
    {
        foreach ((int hidden, int size) in ((int, int)[])[(33, 1), (33, 16), (33, 17), (33, 32), (1000, 500), (1024, 1023)])
        {
            using Tensor x = Tensor.FromSingles(dtype, Cases.Normal(hidden, 2 * hidden), 2, hidden);
            using Tensor expected = Tensor.Empty(x.Spec), output = Tensor.Empty(x.Spec);
            Ops.RmsNorm.Native(_context, x, null, Cases.Epsilon, size, expected);
            Specialized.RunAt(width, dtype, new RmsNorm.Work(x, null, Cases.Epsilon, size, output));
            TensorAssert.Close(expected, output, $"{size} of {hidden}");
        }
    }
}
