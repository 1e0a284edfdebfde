using PluginIr.Ops;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>Which memory outputs come in, for each way that a kernel relates them to its activations.</summary>
public sealed class DonationTests
{
    private static readonly float[] s_values = [1, 2, 3, 4], s_residual = [10, 20, 30, 40], s_sum = [11, 22, 33, 44];

    private static Tensor X => Tensor.FromSingles(DType.Float32, s_values, 2, 2);

    private static Tensor Residual => Tensor.FromSingles(DType.Float32, s_residual, 2, 2);

    [Theory]
    [InlineData("may", true)]
    [InlineData("only", true)]
    [InlineData("never", false)]
    public void A_donating_call_runs_in_the_donated_memory_if_the_kernel_can(string provider, bool isSame)
    {
        IrRuntime ir = Generations.Runtime(provider);
        using Tensor x = X, residual = Residual, expectedNorm = ir.FusedAddRmsNorm(X, Residual, null, 1e-6f).Out;
        (Tensor normed, Tensor sum) = ir.FusedAddRmsNormMaybeInplace(x, residual, null, 1e-6f);
        Assert.Equal(isSame, ReferenceEquals(normed, x));
        Assert.Equal(isSame, ReferenceEquals(sum, residual));
        Assert.Equal(s_sum, sum.AsSpan<float>());
        Assert.Equal(expectedNorm.AsSpan<float>(), normed.AsSpan<float>());
        if (!isSame)
        {
            Assert.Equal(s_values, x.AsSpan<float>());
            Assert.Equal(s_residual, residual.AsSpan<float>());
        }
    }

    [Theory]
    [InlineData("may")]
    [InlineData("only")]
    public void A_tensor_donated_twice_in_one_call_is_left_alone(string provider)
    {
        IrRuntime ir = Generations.Runtime(provider);
        using Tensor x = X;
        (Tensor normed, Tensor sum) = ir.FusedAddRmsNormMaybeInplace(x, x, null, 1e-6f);
        Assert.False(normed.Overlaps(x) || sum.Overlaps(x) || normed.Overlaps(sum));
        Assert.Equal([2, 4, 6, 8], sum.AsSpan<float>());
        Assert.Equal(s_values, x.AsSpan<float>());
    }

    [Theory]
    [InlineData("may")]
    [InlineData("only")]
    public void A_donated_tensor_that_shares_memory_with_another_input_is_left_alone(string provider)
    {
        IrRuntime ir = Generations.Runtime(provider);
        using Tensor x = X, residual = Residual, weight = x.Slice(0, 0, 1).Reshape(2);
        (Tensor normed, Tensor sum) = ir.FusedAddRmsNormMaybeInplace(x, residual, weight, 1e-6f);
        Assert.False(normed.Overlaps(x) || sum.Overlaps(residual));
        Assert.Equal(s_sum, sum.AsSpan<float>());
        Assert.Equal(s_values, x.AsSpan<float>());
    }

    [Fact]
    public void A_donated_tensor_whose_elements_repeat_is_left_alone()
    {
        IrRuntime ir = Generations.Runtime("only");
        using Tensor x = X, repeated = x.AsStrided(new TensorSpec(DType.Float32, 2, 2), 0, 0, 1), residual = Residual;
        (Tensor normed, Tensor sum) = ir.FusedAddRmsNormMaybeInplace(repeated, residual, null, 1e-6f);
        Assert.False(normed.Overlaps(x));
        Assert.Equal([11, 22, 31, 42], sum.AsSpan<float>());
        Assert.Equal(s_values, x.AsSpan<float>());
    }

    [Fact]
    public void A_strided_tensor_is_donated_with_its_gaps_unwritten()
    {
        IrRuntime ir = Generations.Runtime("only");
        using Tensor memory = Tensor.FromSingles(DType.Float32, [1, 2, -1, 3, 4, -1], 2, 3), x = memory.Slice(1, 0, 2), residual = Residual;
        using Tensor expected = ir.FusedAddRmsNorm(X, Residual, null, 1e-6f).Out;
        (Tensor normed, Tensor sum) = ir.FusedAddRmsNormMaybeInplace(x, residual, null, 1e-6f);
        Assert.Same(x, normed);
        Assert.Equal(s_sum, sum.AsSpan<float>());
        Span<float> written = memory.AsSpan<float>(), norm = expected.AsSpan<float>();
        Assert.Equal([norm[0], norm[1], -1, norm[2], norm[3], -1], written);
    }

    [Theory]
    [InlineData("may", "may")]
    [InlineData("only", "only")]
    [InlineData("never", "native")] // which may work in place, and so takes what the first in the list does not
    public void An_output_that_is_its_activation_goes_to_a_kernel_that_works_in_place(string provider, string serving)
    {
        IrRuntime ir = Generations.Runtime(provider);
        ir.SetPriority(PriorityTable.Default.With("fused_add_rms_norm", provider, "native"));
        using Tensor x = X, sameX = x.Alias(), residual = Residual, expected = ir.FusedAddRmsNorm(X, Residual, null, 1e-6f).Out;
        string served = Served.By(ir, () => ir.FusedAddRmsNormInto(x, residual, null, 1e-6f, sameX, residual));
        Assert.Equal(serving, served);
        Assert.Equal(expected.AsSpan<float>(), x.AsSpan<float>());
        Assert.Equal(s_sum, residual.AsSpan<float>());
    }

    [Fact]
    public void A_kernel_that_never_works_in_place_takes_the_call_when_the_outputs_are_apart()
    {
        IrRuntime ir = Generations.Runtime("never");
        using Tensor x = X, residual = Residual, output = X, sum = Residual;
        Assert.Equal("never", Served.By(ir, () => ir.FusedAddRmsNormInto(x, residual, null, 1e-6f, output, sum)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kernel_that_only_works_in_place_writes_the_callers_memory_and_no_input(bool isFirstInPlace)
    {
        IrRuntime ir = Generations.Runtime("only");
        using Tensor x = X, residual = Residual, apart = Tensor.Zeros(DType.Float32, 2, 2), sum = Tensor.Zeros(DType.Float32, 2, 2);
        using Tensor expected = ir.FusedAddRmsNorm(X, Residual, null, 1e-6f).Out;
        Tensor output = isFirstInPlace ? x : apart;
        ir.FusedAddRmsNormInto(x, residual, null, 1e-6f, output, sum);
        Assert.Equal(expected.AsSpan<float>(), output.AsSpan<float>());
        Assert.Equal(s_sum, sum.AsSpan<float>());
        Assert.Equal(s_residual, residual.AsSpan<float>());
        if (!isFirstInPlace)
            Assert.Equal(s_values, x.AsSpan<float>());
    }

    [Fact]
    public void A_functional_call_of_views_gives_a_kernel_that_only_works_in_place_contiguous_copies()
    {
        IrRuntime ir = Generations.Runtime("only");
        using Tensor x = X, transposed = x.AsStrided(x.Spec, 0, 1, 2), reversed = x.AsStrided(x.Spec, 2, -2, 1);
        (Tensor _, Tensor sum) = ir.FusedAddRmsNorm(transposed, reversed, null, 1e-6f);
        Assert.True(sum.IsContiguous);
        Assert.Equal([1 + 3, 3 + 4, 2 + 1, 4 + 2], sum.AsSpan<float>());
        Assert.Equal(s_values, x.AsSpan<float>());
    }
}
