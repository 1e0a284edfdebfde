using PluginIr.Ops;

namespace PluginIr.Contracts.Tests.Ops;

public sealed class QuantValueTests
{
    private const float NaN = float.NaN, Inf = float.PositiveInfinity;

    private static readonly KernelContext s_context = new();

    public static TheoryData<DType> Formats => [DType.Float8E4M3FN, DType.Float8E5M2];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Values_past_the_range_are_clamped_and_nan_stays(DType dtype)
    {
        float largest = Largest(dtype);
        using Tensor x = Tensor.From<float>([Inf, -Inf, NaN, 1e30f, -1e30f, 0, 2], 1, 7), scale = Tensor.From<float>([2], 1);
        using Tensor output = Tensor.Empty(dtype, 1, 7);
        StaticQuantFp8.Native(s_context, x, scale, dtype, null, output);
        Assert.Equal([largest, -largest, NaN, largest, -largest, 0, 1], output.ToSingles());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Rows_of_padding_are_zero_and_have_no_scale(DType dtype)
    {
        using Tensor x = Tensor.From<float>([1, 2, 3, 4], 2, 2), one = Tensor.From<float>([1], 1);
        using Tensor scale = Tensor.Empty(DType.Float32, 2, 1);
        using Tensor output = Tensor.FromSingles(dtype, [9, 9, 9, 9, 9, 9, 9, 9], 4, 2);
        StaticQuantFp8.Native(s_context, x, one, dtype, 4, output);
        Assert.Equal([1, 2, 3, 4, 0, 0, 0, 0], output.ToSingles());

        output.CopyFrom(Tensor.FromSingles(dtype, [9, 9, 9, 9, 9, 9, 9, 9], 4, 2));
        DynamicQuantFp8.Native(s_context, x, true, dtype, null, 4, output, scale);
        Assert.Equal([0, 0, 0, 0], output.ToSingles()[4..]);
        Assert.Equal([2 / Largest(dtype), 4 / Largest(dtype)], scale.ToSingles());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_row_of_zeros_has_the_least_scale(DType dtype)
    {
        float least = (float)(1 / (Largest(dtype) * 512.0));
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 4), output = Tensor.Empty(dtype, 2, 4);
        using Tensor rows = Tensor.Empty(DType.Float32, 2, 1), all = Tensor.Empty(DType.Float32, 1);
        using Tensor groups = Tensor.Empty(DType.Float32, 2, 2);
        DynamicQuantFp8.Native(s_context, x, true, dtype, null, null, output, rows);
        DynamicQuantFp8.Native(s_context, x, false, dtype, null, null, output, all);
        DynamicGroupQuantFp8.Native(s_context, x, 2, true, dtype, output, groups);
        Assert.All([.. rows.ToSingles(), .. all.ToSingles(), .. groups.ToSingles()], s => Assert.Equal(least, s));
        Assert.All(output.ToSingles(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_nan_spoils_all_that_its_scale_is_for()
    {
        using Tensor x = Tensor.From<float>([1, NaN, 2, 4], 2, 2), output = Tensor.Empty(DType.Float8E4M3FN, 2, 2);
        using Tensor rows = Tensor.Empty(DType.Float32, 2, 1), all = Tensor.Empty(DType.Float32, 1);
        using Tensor bound = Tensor.From<float>([3], 1);
        DynamicQuantFp8.Native(s_context, x, true, DType.Float8E4M3FN, bound, null, output, rows);
        Assert.Equal([NaN, NaN], output.ToSingles()[..2]);
        Assert.Equal([NaN, 3 / 448f], rows.ToSingles());
        DynamicQuantFp8.Native(s_context, x, false, DType.Float8E4M3FN, null, null, output, all);
        Assert.Equal([NaN, NaN, NaN, NaN, NaN], [.. output.ToSingles(), .. all.ToSingles()]);
        using Tensor groups = Tensor.Empty(DType.Float32, 2, 1);
        DynamicGroupQuantFp8.Native(s_context, x, 2, true, DType.Float8E4M3FN, output, groups);
        Assert.Equal([NaN, 1 / 64f], groups.ToSingles()); // 4/448 rounded up
    }

    [Fact]
    public void An_infinity_makes_its_scale_infinite_the_rest_zero_and_itself_nan()
    {
        using Tensor x = Tensor.From<float>([1, -Inf], 1, 2), output = Tensor.Empty(DType.Float8E4M3FN, 1, 2);
        using Tensor scale = Tensor.Empty(DType.Float32, 1, 1);
        DynamicQuantFp8.Native(s_context, x, true, DType.Float8E4M3FN, null, null, output, scale);
        Assert.Equal([0, NaN, Inf], [.. output.ToSingles(), .. scale.ToSingles()]);
    }

    [Fact]
    public void A_bound_lowers_a_scale_and_clamps_what_is_above()
    {
        using Tensor x = Tensor.From<float>([1, 8, 0.5f, 1], 2, 2), output = Tensor.Empty(DType.Float8E4M3FN, 2, 2);
        using Tensor scale = Tensor.Empty(DType.Float32, 2, 1), bound = Tensor.From<float>([2], 1);
        DynamicQuantFp8.Native(s_context, x, true, DType.Float8E4M3FN, bound, null, output, scale);
        Assert.Equal([2 / 448f, 1 / 448f], scale.ToSingles());
        Assert.Equal([224, 448, 224, 448], output.ToSingles());
    }

    [Theory]
    [InlineData(448f, 1f)]
    [InlineData(449f, 2f)]
    [InlineData(224f, 0.5f)]
    [InlineData(1f, 1 / 256f)]
    [InlineData(3e38f, 1.329228e36f)] // 2^120
    public void Ue8m0_rounds_a_scale_up_to_a_power_of_two(float value, float expected)
    {
        using Tensor x = Tensor.From<float>([value, 0], 1, 2), output = Tensor.Empty(DType.Float8E4M3FN, 1, 2);
        using Tensor scale = Tensor.Empty(DType.Float32, 1, 1);
        DynamicGroupQuantFp8.Native(s_context, x, 2, true, DType.Float8E4M3FN, output, scale);
        Assert.Equal(expected, scale.ToSingles()[0]);
        Assert.Equal((float)(Float8E4M3FN)(value / expected), output.ToSingles()[0]);
    }

    [Fact]
    public void A_short_last_group_has_a_scale_of_its_own()
    {
        using Tensor x = Tensor.From<float>([448, 1, 896, 1, 1792], 1, 5), output = Tensor.Empty(DType.Float8E4M3FN, 1, 5);
        using Tensor scale = Tensor.Empty(DType.Float32, 1, 3);
        DynamicGroupQuantFp8.Native(s_context, x, 2, false, DType.Float8E4M3FN, output, scale);
        Assert.Equal([1, 2, 4], scale.ToSingles());
        Assert.Equal([448, 1, 448, 0.5f, 448], output.ToSingles());
    }

    [Fact]
    public void Each_group_of_columns_uses_its_own_given_scale()
    {
        using Tensor x = Tensor.From<float>([8, 8, 8, 8, 8, 8, 8, 8], 2, 4), scale = Tensor.From<float>([1, 2, 4, 8], 2, 2);
        using Tensor output = Tensor.Empty(DType.Float8E4M3FN, 2, 4);
        StaticGroupQuantFp8.Native(s_context, x, scale, DType.Float8E4M3FN, output);
        Assert.Equal([8, 8, 4, 4, 2, 2, 1, 1], output.ToSingles());
    }

    private static float Largest(DType dtype) => dtype == DType.Float8E4M3FN ? 448 : 57344;
}
