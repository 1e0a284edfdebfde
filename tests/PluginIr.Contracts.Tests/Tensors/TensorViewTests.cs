namespace PluginIr.Contracts.Tests.Tensors;

public sealed class TensorViewTests
{
    [Fact]
    public void A_slice_is_part_of_a_dimension_of_the_same_memory()
    {
        using Tensor tensor = TensorLayoutTests.Counting(3, 4);
        using Tensor rows = tensor.Slice(0, 1, 2), columns = tensor.Slice(-1, 1, 2);
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], rows.ToSingles());
        Assert.Equal([1, 2, 5, 6, 9, 10], columns.ToSingles());
        Assert.True(rows.IsContiguous);
        Assert.False(columns.IsContiguous);
        tensor.AsSpan<float>()[5] = 50;
        Assert.Equal([1, 2, 50, 6, 9, 10], columns.ToSingles());
    }

    [Fact]
    public void A_slice_of_a_slice_counts_from_the_slice()
    {
        using Tensor tensor = TensorLayoutTests.Counting(4, 4);
        using Tensor inner = tensor.Slice(0, 1, 3).Slice(1, 2, 2).Slice(0, 1, 1);
        Assert.Equal([10, 11], inner.ToSingles());
    }

    [Theory]
    [InlineData(2, 0, 1)]
    [InlineData(-3, 0, 1)]
    [InlineData(0, 2, 2)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, -1)]
    [InlineData(1, long.MaxValue, 1)]
    public void A_slice_outside_the_tensor_is_refused(int dimension, long start, long length)
    {
        using Tensor tensor = TensorLayoutTests.Counting(3, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(dimension, start, length));
    }

    [Fact]
    public void Reshaping_keeps_the_elements_and_finds_the_open_size()
    {
        using Tensor tensor = TensorLayoutTests.Counting(3, 4);
        using Tensor reshaped = tensor.Reshape(2, -1);
        Assert.Equal([2, 6], reshaped.Shape.ToArray());
        Assert.Equal(tensor.ToSingles(), reshaped.ToSingles());
        Assert.True(reshaped.Overlaps(tensor));
        Assert.Throws<ArgumentException>(() => tensor.Reshape(5, 2));
        Assert.Throws<ArgumentException>(() => tensor.Reshape(5, -1));
    }

    [Fact]
    public void A_strided_tensor_must_be_copied_before_it_is_reshaped()
    {
        using Tensor columns = TensorLayoutTests.Counting(3, 4).Slice(1, 0, 2);
        Assert.Contains("ToContiguous", Assert.Throws<InvalidOperationException>(() => columns.Reshape(6)).Message);
        using Tensor reshaped = columns.ToContiguous().Reshape(6);
        Assert.Equal([0, 1, 4, 5, 8, 9], reshaped.ToSingles());
    }

    [Fact]
    public void Copying_follows_any_strides()
    {
        using Tensor source = TensorLayoutTests.Counting(2, 3), target = Tensor.Zeros(DType.Float32, 3, 2);
        using Tensor transposed = source.AsStrided(target.Spec, 0, 1, 3);
        target.CopyFrom(transposed);
        Assert.Equal([0, 3, 1, 4, 2, 5], target.ToSingles());

        using Tensor backward = target.AsStrided(target.Spec, 5, -2, -1);
        backward.CopyFrom(transposed);
        Assert.Equal([5, 2, 4, 1, 3, 0], target.ToSingles());
    }

    [Fact]
    public void Copying_between_views_that_share_memory_reads_everything_before_it_is_written_over()
    {
        using Tensor tensor = Tensor.From<float>([1, 2, 3, 4, 5, 6, 7, 8], 8), backward = tensor.AsStrided(tensor.Spec, 7, -1);
        tensor.CopyFrom(backward);
        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1], tensor.ToSingles());

        using Tensor square = Tensor.From<float>([1, 2, 3, 4], 2, 2), transposed = square.AsStrided(square.Spec, 0, 1, 2);
        square.CopyFrom(transposed);
        Assert.Equal([1, 3, 2, 4], square.ToSingles());

        using Tensor head = tensor.Slice(0, 0, 6), tail = tensor.Slice(0, 2, 6);
        tail.CopyFrom(head);
        Assert.Equal([8, 7, 8, 7, 6, 5, 4, 3], tensor.ToSingles());
        backward.CopyFrom(backward);
        Assert.Equal([8, 7, 8, 7, 6, 5, 4, 3], tensor.ToSingles());
    }

    [Fact]
    public void Rows_and_indices_that_are_not_there_are_refused()
    {
        using Tensor tensor = TensorLayoutTests.Counting(2, 3), indices = Tensor.From<long>([4, 5, 6], 3), last = indices.Slice(0, 2, 1);
        float[] row = new float[3];
        foreach (long outside in (long[])[-1, 2])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadRow(outside, row));
            Assert.Throws<ArgumentOutOfRangeException>(() => tensor.WriteRow(outside, row));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => indices.ReadIndex(-1));
        Assert.Contains("i64[3] has 3", Assert.Throws<ArgumentOutOfRangeException>(() => indices.ReadIndex(3)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => last.ReadIndex(1));
        Assert.Equal(6, last.ReadIndex(0));
    }

    [Fact]
    public void Copying_needs_equal_specs()
    {
        using Tensor source = TensorLayoutTests.Counting(2, 3), other = Tensor.Zeros(DType.Float16, 2, 3);
        Assert.Contains("f16[2,3]", Assert.Throws<ArgumentException>(() => other.CopyFrom(source)).Message);
    }

    [Fact]
    public void Spans_show_contiguous_tensors_of_their_own_dtype_only()
    {
        using Tensor tensor = TensorLayoutTests.Counting(2, 3);
        using Tensor columns = tensor.Slice(1, 0, 2);
        Assert.Contains("not int32", Assert.Throws<InvalidOperationException>(() => tensor.AsSpan<int>().Length).Message);
        Assert.Contains("not contiguous", Assert.Throws<InvalidOperationException>(() => columns.AsSpan<float>().Length).Message);
        Assert.Equal(6, tensor.AsSpan<float>().Length);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Int64)]
    public void Rows_are_read_and_written_through_any_strides(DType dtype)
    {
        using Tensor tensor = Tensor.FromSingles(dtype, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 2, 2, 3);
        using Tensor turned = tensor.AsStrided(new TensorSpec(dtype, 3, 2, 2), 2, -1, 6, 3); // last dimension first, backwards
        float[] row = new float[2];
        turned.ReadRow(3, row); // [1, 1, :]
        Assert.Equal([7, 10], row);
        turned.WriteRow(3, [70, 100]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 70, 8, 9, 100, 11], tensor.ToSingles());
    }

    [Fact]
    public void Indices_are_read_through_strides_from_both_integer_dtypes()
    {
        using Tensor wide = Tensor.From<long>([10, 11, 12, 13], 4), narrow = Tensor.From<int>([10, 11, 12, 13], 4);
        using Tensor backward = wide.AsStrided(wide.Spec, 3, -1), singles = Tensor.Zeros(DType.Float32, 4);
        Assert.Equal((11, 11, 12), (wide.ReadIndex(1), narrow.ReadIndex(1), backward.ReadIndex(1)));
        Assert.Throws<InvalidOperationException>(() => singles.ReadIndex(0));
    }

    [Fact]
    public void The_number_of_elements_given_must_be_that_of_the_shape()
    {
        Assert.Throws<ArgumentException>(() => Tensor.From<float>([1, 2, 3], 2, 2));
        Assert.Throws<ArgumentException>(() => Tensor.FromSingles(DType.Float16, [1, 2, 3], 2, 2));
    }
}
