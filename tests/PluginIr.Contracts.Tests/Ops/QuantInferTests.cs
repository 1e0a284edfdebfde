using PluginIr.Ops;

namespace PluginIr.Contracts.Tests.Ops;

public sealed class QuantInferTests
{
    private const DType E4M3 = DType.Float8E4M3FN;

    private static readonly TensorSpec X = Specs.Of("f32[8,16]"), One = Specs.Of("f32[1]");

    [Fact]
    public void A_quantiser_takes_floating_point_rows_only()
    {
        const string Problem = "x must be f32, f16 or bf16 and have at least one dimension; found f8e5m2[8,16].";
        TensorSpec x = Specs.Of("f8e5m2[8,16]");
        Specs.Refused("static_quant_fp8: " + Problem, () => StaticQuantFp8.Infer(x, One, E4M3, null));
        Specs.Refused("static_group_quant_fp8: " + Problem, () => StaticGroupQuantFp8.Infer(x, Specs.Of("f32[8,1]"), E4M3));
        Specs.Refused("dynamic_quant_fp8: " + Problem, () => DynamicQuantFp8.Infer(x, true, E4M3, null, null));
        Specs.Refused("dynamic_group_quant_fp8: " + Problem, () => DynamicGroupQuantFp8.Infer(x, 16, false, E4M3));
    }

    [Theory]
    [InlineData(DType.Int8)]
    [InlineData(DType.Float16)]
    public void A_quantiser_puts_out_float8_only(DType dtype)
    {
        string problem = $"fp8_dtype must be float8_e4m3fn or float8_e5m2; found {dtype.Name()}.";
        Specs.Refused("static_quant_fp8: " + problem, () => StaticQuantFp8.Infer(X, One, dtype, null));
        Specs.Refused("static_group_quant_fp8: " + problem, () => StaticGroupQuantFp8.Infer(X, Specs.Of("f32[8,1]"), dtype));
        Specs.Refused("dynamic_quant_fp8: " + problem, () => DynamicQuantFp8.Infer(X, true, dtype, null, null));
        Specs.Refused("dynamic_group_quant_fp8: " + problem, () => DynamicGroupQuantFp8.Infer(X, 16, false, dtype));
    }

    [Theory]
    [InlineData("f32[2]")]
    [InlineData("f16[1]")]
    [InlineData("f32[0]")]
    public void A_scale_and_its_bound_are_one_float32(string scale)
    {
        Specs.Refused(
            $"static_quant_fp8: scale must be one f32 number; found {scale}.",
            () => StaticQuantFp8.Infer(X, Specs.Of(scale), E4M3, null));
        Specs.Refused(
            $"dynamic_quant_fp8: scale_ub must be one f32 number; found {scale}.",
            () => DynamicQuantFp8.Infer(X, true, E4M3, Specs.Of(scale), null));
    }

    [Fact]
    public void A_bound_needs_a_scale_for_each_row() => Specs.Refused(
        "dynamic_quant_fp8: scale_ub bounds the scale of each row, so it needs per_token=True; " +
        "found per_token=False. Leave scale_ub out.",
        () => DynamicQuantFp8.Infer(X, false, E4M3, One, null));

    [Theory]
    [InlineData("f32[8,16]", -1)]
    [InlineData("f32[16]", 4)]
    [InlineData("f32[2,4,16]", 4)]
    public void Padding_is_for_matrices(string text, int padding)
    {
        TensorSpec x = Specs.Of(text);
        string problem = $"num_token_padding must not be negative and needs an x of two dimensions; found {padding} for x {text}.";
        Specs.Refused("static_quant_fp8: " + problem, () => StaticQuantFp8.Infer(x, One, E4M3, padding));
        Specs.Refused("dynamic_quant_fp8: " + problem, () => DynamicQuantFp8.Infer(x, true, E4M3, null, padding));
    }

    [Theory]
    [InlineData(null, "f8e5m2[8,16]")]
    [InlineData(0, "f8e5m2[8,16]")]
    [InlineData(8, "f8e5m2[8,16]")]
    [InlineData(11, "f8e5m2[11,16]")]
    public void Padding_adds_rows_and_never_takes_any(int? padding, string expected)
    {
        Assert.Equal(Specs.Of(expected), StaticQuantFp8.Infer(X, One, DType.Float8E5M2, padding));
        Assert.Equal((Specs.Of(expected), Specs.Of("f32[8,1]")), DynamicQuantFp8.Infer(X, true, DType.Float8E5M2, One, padding));
        Assert.Equal((Specs.Of(expected), Specs.Of("f32[1]")), DynamicQuantFp8.Infer(X, false, DType.Float8E5M2, null, padding));
    }

    [Theory]
    [InlineData("f32[8,3]")] // does not divide 16
    [InlineData("f32[8,0]")]
    [InlineData("f32[4,2]")]
    [InlineData("f32[2]")]
    [InlineData("f16[8,2]")]
    public void Group_scales_have_a_row_for_each_row_and_divide_the_columns(string scale) => Specs.Refused(
        $"static_group_quant_fp8: scale must be f32 and have x's shape but for the last size, which must divide 16, " +
        $"for x f32[8,16]; found {scale}.",
        () => StaticGroupQuantFp8.Infer(X, Specs.Of(scale), E4M3));

    [Theory]
    [InlineData("f32[8,16]", 16, "f32[8,1]")]
    [InlineData("bf16[2,3,40]", 16, "f32[2,3,3]")]
    [InlineData("f16[5]", 100, "f32[1]")]
    [InlineData("f32[3,1]", int.MaxValue, "f32[3,1]")]
    public void A_last_group_may_be_short(string x, int groupSize, string scales)
    {
        TensorSpec spec = Specs.Of(x);
        Assert.Equal((spec.WithDType(E4M3), Specs.Of(scales)), DynamicGroupQuantFp8.Infer(spec, groupSize, false, E4M3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-16)]
    public void A_group_has_at_least_one_column(int groupSize) => Specs.Refused(
        $"dynamic_group_quant_fp8: group_size must be at least 1; found {groupSize}.",
        () => DynamicGroupQuantFp8.Infer(X, groupSize, false, E4M3));
}
