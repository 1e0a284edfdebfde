using PluginIr.Ops;

namespace PluginIr.Contracts.Tests.Ops;

public sealed class NormInferTests
{
    [Theory]
    [InlineData("f32[]", null, null, "x must be f32, f16 or bf16 and have at least one dimension; found f32[].")]
    [InlineData("i32[8,16]", null, null, "x must be f32, f16 or bf16 and have at least one dimension; found i32[8,16].")]
    [InlineData("f8e5m2[8,16]", null, null, "x must be f32, f16 or bf16 and have at least one dimension; found f8e5m2[8,16].")]
    [InlineData("f32[8,1024]", "f32[512]", null, "weight must be [1024] of f32, f16 or bf16 for x f32[8,1024]; found f32[512].")]
    [InlineData("f32[8,16]", "f32[1,16]", null, "weight must be [16] of f32, f16 or bf16 for x f32[8,16]; found f32[1,16].")]
    [InlineData("f32[8,16]", "i64[16]", null, "weight must be [16] of f32, f16 or bf16 for x f32[8,16]; found i64[16].")]
    [InlineData("f32[8,16]", null, 0, "variance_size must be from 1 to 16 for x f32[8,16], or None for all of a row; found 0.")]
    [InlineData("f32[8,16]", "f32[16]", 17, "variance_size must be from 1 to 16 for x f32[8,16], or None for all of a row; found 17.")]
    public void Both_norms_refuse_what_is_no_row_with_its_weight(string x, string? weight, int? varianceSize, string problem)
    {
        Specs.Refused("rms_norm: " + problem, () => RmsNorm.Infer(Specs.Of(x), Specs.Of(weight), 1e-6f, varianceSize));
        Specs.Refused(
            "fused_add_rms_norm: " + problem, () => FusedAddRmsNorm.Infer(Specs.Of(x), Specs.Of(x), Specs.Of(weight), 1e-6f, varianceSize));
    }

    [Theory]
    [InlineData("f32[16]", null, null)]
    [InlineData("bf16[2,3,16]", "f32[16]", 16)]
    [InlineData("f16[0,16]", "bf16[16]", 1)]
    public void A_norm_puts_out_what_x_is(string x, string? weight, int? varianceSize)
    {
        TensorSpec spec = Specs.Of(x);
        Assert.Same(spec, RmsNorm.Infer(spec, Specs.Of(weight), 1e-6f, varianceSize));
        Assert.Equal((spec, spec), FusedAddRmsNorm.Infer(spec, Specs.Of(x), Specs.Of(weight), 1e-6f, varianceSize));
    }

    [Theory]
    [InlineData("f32[8,16]", "f32[16,8]")]
    [InlineData("f32[8,16]", "f16[8,16]")]
    [InlineData("f32[8,16]", "f32[16]")]
    public void A_second_addend_must_be_as_the_first(string x, string other)
    {
        Specs.Refused(
            $"fused_add_rms_norm: x_residual must be {x}, as x is; found {other}.",
            () => FusedAddRmsNorm.Infer(Specs.Of(x), Specs.Of(other), null, 1e-6f, null));
        Specs.Refused($"add: y must be {x}, as x is; found {other}.", () => Add.Infer(Specs.Of(x), Specs.Of(other)));
    }
}
