namespace PluginIr.Contracts.Tests.Ops;

/// <summary>The checks that op tests rely on can fail.</summary>
public sealed class LayoutsTests
{
    [Fact]
    public void An_awkward_tensor_is_strided_backwards_with_a_gap_after_each_element()
    {
        using Tensor source = Tensor.From<int>([1, 2, 3, 4, 5, 6], 2, 3);
        using Tensor awkward = Layouts.AwkwardCopy(source);
        Assert.Equal((-6, -2), (awkward.Stride(0), awkward.Stride(1)));
        Assert.Equal(source.ToSingles(), awkward.ToSingles());
    }

    [Fact]
    public void A_difference_of_one_bit_is_noticed()
    {
        using Tensor one = Tensor.From<float>([1, 2, 3, 0], 2, 2), other = Tensor.From<float>([1, 2, 3, 0], 2, 2);
        Layouts.AssertSameElements([one, null], [Layouts.AwkwardCopy(other), null]);
        other.AsSpan<float>()[3] = -0f;
        Assert.ThrowsAny<Exception>(() => Layouts.AssertSameElements([one, null], [Layouts.AwkwardCopy(other), null]));
    }

    [Fact]
    public void A_write_to_a_gap_is_noticed()
    {
        using Tensor awkward = Layouts.Awkward(new TensorSpec(DType.Float16, 2, 2), out Tensor memory);
        Layouts.AssertGapsUntouched(memory, 2);
        memory.AsBytes()[2] = 0;
        Assert.ThrowsAny<Exception>(() => Layouts.AssertGapsUntouched(memory, 2));
    }
}
