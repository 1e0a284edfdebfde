namespace PluginIr.Contracts.Tests.Tensors;

public sealed class TensorSpecTests
{
    [Fact]
    public void Specs_are_equal_when_dtype_and_shape_are()
    {
        var spec = new TensorSpec(DType.Float32, 2, 3);
        Assert.Equal(new TensorSpec(DType.Float32, 2, 3), spec);
        Assert.Equal(new TensorSpec(DType.Float32, 2, 3).GetHashCode(), spec.GetHashCode());
        Assert.NotEqual(new TensorSpec(DType.Float16, 2, 3), spec);
        Assert.NotEqual(new TensorSpec(DType.Float32, 3, 2), spec);
        Assert.NotEqual(new TensorSpec(DType.Float32, 2, 3, 1), spec);
    }

    [Fact]
    public void Deriving_again_gives_the_same_spec_without_allocating()
    {
        var spec = new TensorSpec(DType.Float32, 4, 8);
        TensorSpec half = spec.WithLast(4);
        Assert.Equal(new TensorSpec(DType.Float32, 4, 4), half);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            bool isSame = ReferenceEquals(half, spec.WithLast(4)) && ReferenceEquals(spec, spec.WithLast(8));
            if (!isSame || !ReferenceEquals(spec, spec.WithDType(DType.Float32)))
                Assert.Fail("A spec was made a second time.");
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Deriving_something_else_forgets_the_last_one_but_stays_right()
    {
        var spec = new TensorSpec(DType.Float32, 4, 8);
        TensorSpec half = spec.WithLast(4), rounded = spec.WithDType(DType.BFloat16);
        Assert.Equal(new TensorSpec(DType.BFloat16, 4, 8), rounded);
        Assert.Equal(half, spec.WithLast(4));
        Assert.NotSame(half, spec.WithLast(4));
    }

    [Fact]
    public void The_last_size_of_a_scalar_is_1_and_can_be_given()
    {
        var scalar = new TensorSpec(DType.Float32);
        Assert.Equal((1, 1, 4), (scalar.Last, scalar.Rows, scalar.ByteCount));
        Assert.Equal(new TensorSpec(DType.Float32, 1), scalar.WithLast(1));
        Assert.Equal(new TensorSpec(DType.Float32, 7), scalar.WithLast(7));
    }

    [Fact]
    public void Sizes_can_be_counted_from_the_end()
    {
        var spec = new TensorSpec(DType.Int8, 2, 3, 4);
        Assert.Equal((2, 4, 3), (spec[0], spec[-1], spec[-2]));
        Assert.Equal((6, 24), (spec.Rows, spec.ByteCount));
    }

    [Fact]
    public void Shapes_that_no_tensor_has_are_refused()
    {
        Assert.Contains("at most 8", Assert.Throws<ArgumentException>(() => new TensorSpec(DType.Int8, 1, 1, 1, 1, 1, 1, 1, 1, 1)).Message);
        Assert.Contains("[2,-1]", Assert.Throws<ArgumentException>(() => new TensorSpec(DType.Int8, 2, -1)).Message);
        Assert.Contains("2^63", Assert.Throws<ArgumentException>(() => new TensorSpec(DType.Int8, 1L << 32, 1L << 32)).Message);
        Assert.Contains("2^63", Assert.Throws<ArgumentException>(() => new TensorSpec(DType.Int64, 1L << 60)).Message);
    }

    [Fact]
    public void The_text_is_the_short_dtype_and_the_shape()
    {
        Assert.Equal("bf16[8,16]", new TensorSpec(DType.BFloat16, 8, 16).ToString());
        Assert.Equal("f8e4m3fn[]", new TensorSpec(DType.Float8E4M3FN).ToString());
    }
}
