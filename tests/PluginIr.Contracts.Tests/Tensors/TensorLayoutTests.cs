using PluginIr.Dispatch;

namespace PluginIr.Contracts.Tests.Tensors;

public sealed class TensorLayoutTests
{
    [Fact]
    public void A_new_tensor_is_contiguous_aligned_and_on_the_host()
    {
        using Tensor tensor = Tensor.Zeros(DType.BFloat16, 2, 3, 4);
        Assert.Equal([2, 3, 4], tensor.Shape.ToArray());
        Assert.Equal((3, 24, 4, 6), (tensor.Rank, tensor.ElementCount, tensor.Last, tensor.Rows));
        Assert.Equal((12, 4, 1, 1), (tensor.Stride(0), tensor.Stride(1), tensor.Stride(2), tensor.Stride(-1)));
        Assert.Equal(0, tensor.Address % TensorBuffer.Alignment);
        Assert.Equal(48, tensor.End - tensor.Start);
        Assert.True(tensor.IsContiguous);
        Assert.Equal(CallTraits.Call | (CallTraits)DTypes.BF16, tensor.Traits);
        Assert.Equal(Device.Cpu, tensor.Device);
        Assert.All(tensor.ToSingles(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_scalar_has_one_element_and_one_row()
    {
        using Tensor scalar = Tensor.From<float>([3], []);
        Assert.Equal((0, 1, 1, 1), (scalar.Rank, scalar.ElementCount, scalar.Last, scalar.Rows));
        Assert.Equal([3f], scalar.ToSingles());
    }

    [Fact]
    public void A_tensor_may_have_no_elements()
    {
        using Tensor empty = Tensor.Zeros(DType.Float32, 0, 5);
        Assert.Equal((0, 0), (empty.ElementCount, empty.Rows));
        Assert.Empty(empty.ToSingles());
        Assert.False(empty.Overlaps(empty));
    }

    [Fact]
    public void A_part_without_elements_overlaps_nothing()
    {
        using Tensor whole = Tensor.Zeros(DType.Float32, 4, 4), none = whole.Slice(0, 2, 0), one = whole.Slice(0, 2, 1);
        Assert.False(whole.Overlaps(none));
        Assert.False(none.Overlaps(whole));
        Assert.True(whole.Overlaps(one));
    }

    [Fact]
    public void Negative_strides_look_at_the_elements_backwards()
    {
        using Tensor forward = Counting(2, 3);
        using Tensor backward = forward.AsStrided(forward.Spec, 5, -3, -1);
        Assert.Equal([5, 4, 3, 2, 1, 0], backward.ToSingles());
        Assert.Equal((forward.Start, forward.End), (backward.Start, backward.End));
        Assert.Equal(CallTraits.Strided | CallTraits.NegativeStride, backward.Traits & (CallTraits.Strided | CallTraits.NegativeStride));
    }

    [Fact]
    public void Zero_strides_repeat_elements()
    {
        using Tensor row = Counting(3);
        using Tensor repeated = row.AsStrided(new TensorSpec(DType.Float32, 2, 3), 0, 0, 1);
        Assert.Equal([0, 1, 2, 0, 1, 2], repeated.ToSingles());
        Assert.False(repeated.IsContiguous);
    }

    [Fact]
    public void Strides_of_sizes_of_one_do_not_make_a_tensor_strided()
    {
        using Tensor tensor = Counting(4);
        using Tensor view = tensor.AsStrided(new TensorSpec(DType.Float32, 1, 4), 0, 99, 1);
        Assert.True(view.IsContiguous);
    }

    [Theory]
    [InlineData(0, 4, 1)] // Past the end.
    [InlineData(-1, 3, 1)] // Before the start.
    [InlineData(1, 3, 1)]
    [InlineData(0, -3, 1)]
    [InlineData(0, 3, 2)]
    public void A_view_that_leaves_the_buffer_is_refused(long offset, long rowStride, long columnStride)
    {
        using Tensor tensor = Counting(2, 3);
        var refused = Assert.Throws<ArgumentException>(() => tensor.AsStrided(tensor.Spec, offset, rowStride, columnStride));
        Assert.Contains("the buffer has 24", refused.Message);
        tensor.AsStrided(tensor.Spec, 0, 3, 1).Dispose();
    }

    [Fact]
    public void A_wrong_number_of_strides_is_refused()
    {
        using Tensor tensor = Counting(2, 3);
        Assert.Contains("needs 2 strides; found 1", Assert.Throws<ArgumentException>(() => tensor.AsStrided(tensor.Spec, 0, 1)).Message);
    }

    [Fact]
    public void An_element_must_be_aligned_to_its_size()
    {
        using Tensor bytes = Tensor.Zeros(DType.UInt8, 64);
        var buffer = TensorBuffer.AllocateCpu(64);
        using var aligned = new Tensor(new TensorSpec(DType.Float32, 4), buffer, 4);
        Assert.Contains("not a multiple of its 4 bytes",
            Assert.Throws<ArgumentException>(() => new Tensor(new TensorSpec(DType.Float32, 4), buffer, 2)).Message);
    }

    [Theory]
    [InlineData(0, CallTraits.None)]
    [InlineData(64, CallTraits.None)]
    [InlineData(16, CallTraits.Unaligned64)]
    [InlineData(4, CallTraits.Unaligned64 | CallTraits.Unaligned16)]
    public void The_traits_say_what_an_address_is_not_a_multiple_of(long offset, CallTraits expected)
    {
        using var tensor = new Tensor(new TensorSpec(DType.Float32, 4), TensorBuffer.AllocateCpu(256), offset);
        Assert.Equal(expected, tensor.Traits & (CallTraits.Unaligned16 | CallTraits.Unaligned64));
    }

    [Fact]
    public void Two_views_overlap_when_they_have_a_byte_in_common()
    {
        using Tensor tensor = Counting(4, 3);
        using Tensor top = tensor.Slice(0, 0, 2), bottom = tensor.Slice(0, 2, 2), middle = tensor.Slice(0, 1, 2);
        using Tensor elsewhere = Counting(4, 3);
        Assert.False(top.Overlaps(bottom));
        Assert.True(top.Overlaps(middle));
        Assert.True(middle.Overlaps(bottom));
        Assert.False(tensor.Overlaps(elsewhere));
    }

    [Fact]
    public void Parts_of_rows_that_lie_between_each_other_do_not_overlap_unless_they_have_a_byte_in_common()
    {
        using Tensor fused = Counting(5, 24);
        using Tensor query = fused.Slice(1, 0, 16), key = fused.Slice(1, 16, 4), value = fused.Slice(1, 20, 4), both = fused.Slice(1, 14, 4);
        Assert.False(query.Overlaps(key) || key.Overlaps(value) || value.Overlaps(query));
        Assert.True(both.Overlaps(query) && query.Overlaps(both) && both.Overlaps(key) && fused.Overlaps(key) && key.Overlaps(fused));

        // In heads, backwards, and one row alone.
        using Tensor heads = fused.AsStrided(new TensorSpec(DType.Float32, 5, 4, 4), 0, 24, 4, 1);
        using Tensor backwards = fused.AsStrided(key.Spec, 112, -24, 1), row = fused.Slice(0, 2, 1), end = row.Slice(1, 20, 4);
        Assert.False(heads.Overlaps(key) || backwards.Overlaps(heads) || backwards.Overlaps(value) || end.Overlaps(key));
        Assert.True(backwards.Overlaps(key) && row.Overlaps(heads) && end.Overlaps(value));

        // Every other element; what strides have nothing in common cannot be told apart.
        using Tensor even = fused.AsStrided(new TensorSpec(DType.Float32, 12), 0, 2), odd = fused.AsStrided(new TensorSpec(DType.Float32, 12), 1, 2);
        using Tensor thirds = fused.AsStrided(new TensorSpec(DType.Float32, 4), 1, 3);
        Assert.False(even.Overlaps(odd));
        Assert.True(even.Overlaps(thirds));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 62)]
    [InlineData(long.MinValue)]
    public void An_offset_that_overflows_is_refused_as_outside_of_the_buffer(long offset)
    {
        using Tensor tensor = Counting(16);
        Assert.Contains("outside", Assert.Throws<ArgumentException>(() => tensor.AsStrided(new TensorSpec(DType.Float32, 4), offset, 1)).Message);
        Assert.Contains("the buffer has 64", Assert.Throws<ArgumentException>(
            () => new Tensor(new TensorSpec(DType.UInt8, 8), TensorBuffer.AllocateCpu(64), offset)).Message);
    }

    [Fact]
    public void Strides_whose_sum_overflows_are_refused_as_outside_of_the_buffer()
    {
        using var tensor = new Tensor(new TensorSpec(DType.UInt8, 64), TensorBuffer.AllocateCpu(64));
        var spec = new TensorSpec(DType.UInt8, 2, 2, 2, 2);
        Assert.Contains("the buffer has 64", Assert.Throws<ArgumentException>(() => tensor.AsStrided(spec, 0, 1L << 62, 1L << 62, 1L << 62, 1L << 62)).Message);
        Assert.Contains("the buffer has 64", Assert.Throws<ArgumentException>(
            () => tensor.AsStrided(new TensorSpec(DType.Float32, 3), 0, long.MaxValue)).Message);
    }

    [Fact]
    public void The_same_view_is_one_of_the_same_elements_in_the_same_order()
    {
        using Tensor tensor = Counting(2, 2);
        using Tensor alias = tensor.Alias(), transposed = tensor.AsStrided(tensor.Spec, 0, 1, 2);
        using Tensor part = tensor.Slice(0, 0, 1), copy = Counting(2, 2);
        Assert.True(tensor.IsSameView(alias));
        Assert.False(tensor.IsSameView(transposed));
        Assert.False(tensor.IsSameView(part));
        Assert.False(tensor.IsSameView(copy));
    }

    [Fact]
    public void Messages_name_dtype_shape_and_strides()
    {
        using Tensor tensor = Tensor.Zeros(DType.BFloat16, 2, 3);
        using Tensor transposed = tensor.AsStrided(new TensorSpec(DType.BFloat16, 3, 2), 0, 1, 3);
        Assert.Equal("bf16[2,3]", tensor.ToString());
        Assert.Equal("bf16[3,2], strides [1,3]", transposed.ToString());
    }

    internal static Tensor Counting(params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Tensor.Empty(DType.Float32, shape);
        for (int i = 0; i < tensor.ElementCount; i++)
            tensor.AsSpan<float>()[i] = i;
        return tensor;
    }
}
