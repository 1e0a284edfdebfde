using PluginIr.Ops;

namespace PluginIr.Contracts.Tests.Ops;

/// <summary>NaN, infinities and extremes come out where PyTorch has them.</summary>
public sealed class SpecialValueTests
{
    private const float NaN = float.NaN, Inf = float.PositiveInfinity;

    private static readonly KernelContext s_context = new();

    [Fact]
    public void A_nan_spoils_its_row_of_a_norm_and_no_other() =>
        AssertRows([NaN, NaN, NaN, 1, 1, 1], Norm([1, NaN, 2, 3, 3, 3], 2, 3));

    [Fact]
    public void An_infinity_makes_its_row_of_a_norm_zero_and_itself_nan() =>
        AssertRows([0, NaN, 0, 1, 1, 1], Norm([1, Inf, -2, 3, 3, 3], 2, 3));

    [Fact]
    public void A_square_past_float32_makes_the_row_of_a_norm_zero() => AssertRows([0, 0, 0], Norm([1e30f, 1, 2], 1, 3));

    [Fact]
    public void A_row_of_zeros_stays_zero_in_a_norm() => AssertRows([0, 0], Norm([0, 0], 1, 2));

    [Fact]
    public void Elements_past_variance_size_do_not_count_but_are_scaled()
    {
        using Tensor x = Tensor.From<float>([3, 3, Inf, 6], 1, 4), output = Tensor.Empty(x.Spec);
        RmsNorm.Native(s_context, x, null, 0, 2, output);
        AssertRows([1, 1, Inf, 2], output.ToSingles());
    }

    [Fact]
    public void The_norm_after_an_addition_goes_on_from_the_sum_before_rounding()
    {
        // 1 + 2^-8 is halfway between two bfloat16s and rounds to 1. The variance is the first element's alone, so the second
        // one shows which sum it came from: 1 / (1 + 2^-8) is nearest to 1 - 2^-8.
        using Tensor x = Tensor.FromSingles(DType.BFloat16, [1, 1], 1, 2);
        using Tensor residual = Tensor.FromSingles(DType.BFloat16, [1 / 256f, 0], 1, 2);
        using Tensor output = Tensor.Empty(x.Spec), sum = Tensor.Empty(x.Spec);
        FusedAddRmsNorm.Native(s_context, x, residual, null, 0, 1, output, sum);
        Assert.Equal([1, 1], sum.ToSingles());
        Assert.Equal([1, 1 - (1 / 256f)], output.ToSingles());
    }

    [Fact]
    public void A_weight_multiplies_in_its_own_dtype()
    {
        // 1.0117 is 1.0078125 as a bfloat16, whose square is nearest to 1.015625. Rounded once, the product would be 1.0234375.
        using Tensor x = Tensor.From<float>([1, 1.0117f], 1, 2), output = Tensor.Empty(x.Spec);
        using Tensor weight = Tensor.FromSingles(DType.BFloat16, [1, 1.0117f], 2);
        RmsNorm.Native(s_context, x, weight, 0, 1, output);
        Assert.Equal([1, 1.015625f], output.ToSingles());
    }

    [Theory]
    [InlineData(Inf, Inf, Inf)]
    [InlineData(-Inf, NaN, NaN)]
    [InlineData(NaN, NaN, NaN)]
    [InlineData(0f, 0f, 0f)]
    [InlineData(1e30f, 1e30f, 1e30f)]
    [InlineData(-1e30f, -0f, -0f)]
    [InlineData(-100f, -0f, -0f)]
    public void Activation_functions_have_their_limits_where_PyTorch_has_them(float value, float gelu, float silu)
    {
        using Tensor x = Tensor.From<float>([value, 1], 1, 2), one = Tensor.Empty(DType.Float32, 1, 1);
        using Tensor same = Tensor.Empty(x.Spec);
        SiluAndMul.Native(s_context, x, one);
        AssertRows([silu], one.ToSingles());
        foreach (string approximate in (string[])["none", "tanh"])
        {
            GeluAndMul.Native(s_context, x, approximate, one);
            AssertRows([gelu], one.ToSingles());
            Gelu.Native(s_context, x, approximate, same);
            AssertRows([gelu], same.ToSingles()[..1]);
        }

        GeluNew.Native(s_context, x, same);
        AssertRows([gelu], same.ToSingles()[..1]);
        GeluFast.Native(s_context, x, same);
        AssertRows([gelu], same.ToSingles()[..1]);
        QuickGelu.Native(s_context, x, same);
        AssertRows([gelu], same.ToSingles()[..1]);
    }

    [Theory]
    [InlineData(0.5, 0.52049987781304654)]
    [InlineData(1, 0.84270079294971487)]
    [InlineData(-2, -0.99532226501895273)]
    [InlineData(3.5, 0.99999925690162766)]
    [InlineData(3.9999998, 0.99999998458274210)]
    [InlineData(4, 1)]
    [InlineData(1e-20, 1.1283791670955126e-20)]
    public void Gelu_follows_the_error_function(double argument, double erf)
    {
        float x = (float)(argument * Math.Sqrt(2));
        using Tensor input = Tensor.From<float>([x], 1), output = Tensor.Empty(input.Spec);
        Gelu.Native(s_context, input, "none", output);
        double expected = 0.5 * x * (1 + erf);
        Assert.Equal(expected, output.ToSingles()[0], 1e-6 * Math.Max(Math.Abs(x), Math.Abs(expected)));
    }

    [Fact]
    public void Adding_opposite_infinities_is_nan()
    {
        using Tensor x = Tensor.From<float>([Inf, Inf, NaN, 3e38f], 4), y = Tensor.From<float>([-Inf, Inf, 1, 3e38f], 4);
        using Tensor output = Tensor.Empty(x.Spec);
        Add.Native(s_context, x, y, output);
        AssertRows([NaN, Inf, NaN, Inf], output.ToSingles());
    }

    [Fact]
    public void A_nan_in_a_matrix_product_spoils_what_it_takes_part_in()
    {
        using Tensor x = Tensor.From<float>([1, 2, NaN, 0, Inf, 0, 3e38f, 3e38f], 4, 2);
        using Tensor weight = Tensor.From<float>([1, 1, 0, 1], 2, 2);
        using Tensor output = Tensor.Empty(DType.Float32, 4, 2);
        Linear.Native(s_context, x, weight, output);
        AssertRows([3, 2, NaN, NaN, Inf, NaN, Inf, 3e38f], output.ToSingles());
    }

    [Fact]
    public void A_nan_turns_only_its_own_pair_in_a_rotation()
    {
        using Tensor positions = Tensor.From<long>([0], 1), query = Tensor.From<float>([NaN, 2, 3, 4], 1, 4);
        using Tensor key = Tensor.From<float>([1, 2, 3, 4], 1, 4);
        using Tensor cache = Tensor.From<float>([1, 1, 0, 0], 1, 4), queryOut = Tensor.Empty(query.Spec);
        using Tensor keyOut = Tensor.Empty(key.Spec);
        RotaryEmbedding.Native(s_context, positions, query, key, 4, 4, cache, true, queryOut, keyOut);
        AssertRows([NaN, 2, NaN, 4], queryOut.ToSingles());
        AssertRows([1, 2, 3, 4], keyOut.ToSingles());
    }

    private static float[] Norm(float[] values, long rows, long hidden)
    {
        using Tensor x = Tensor.From<float>(values, rows, hidden), output = Tensor.Empty(x.Spec);
        RmsNorm.Native(s_context, x, null, 0.0000001f, null, output);
        return output.ToSingles();
    }

    // Equal up to rounding; the sign of zero does not count, that of infinity does.
    private static void AssertRows(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool isNear = Conformance.Tolerance.Default(DType.Float32).Accepts(actual[i], expected[i]);
            Assert.True(isNear, $"[{i}]: expected {expected[i]}, found {actual[i]}");
        }
    }
}
