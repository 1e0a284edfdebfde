using PluginIr.Ops;

namespace PluginIr.Contracts.Tests.Ops;

public sealed class ActivationInferTests
{
    [Theory]
    [InlineData("i8[8,16]")]
    [InlineData("f32[]")]
    [InlineData("f8e4m3fn[4]")]
    public void An_activation_function_needs_floating_point_rows(string text)
    {
        TensorSpec x = Specs.Of(text);
        string problem = $"x must be f32, f16 or bf16 and have at least one dimension; found {text}.";
        Specs.Refused("silu_and_mul: " + problem, () => SiluAndMul.Infer(x));
        Specs.Refused("gelu: " + problem, () => Gelu.Infer(x, "none"));
        Specs.Refused("gelu_and_mul: " + problem, () => GeluAndMul.Infer(x, "none"));
        Specs.Refused("gelu_new: " + problem, () => GeluNew.Infer(x));
        Specs.Refused("gelu_fast: " + problem, () => GeluFast.Infer(x));
        Specs.Refused("quick_gelu: " + problem, () => QuickGelu.Infer(x));
        Specs.Refused("add: " + problem, () => Add.Infer(x, x));
    }

    [Fact]
    public void A_gate_needs_rows_of_two_halves()
    {
        const string Problem = "x must have rows of even length, two halves; found f32[2,5].";
        TensorSpec odd = Specs.Of("f32[2,5]"), even = Specs.Of("f32[2,6]");
        Specs.Refused("silu_and_mul: " + Problem, () => SiluAndMul.Infer(odd));
        Specs.Refused("gelu_and_mul: " + Problem, () => GeluAndMul.Infer(odd, "tanh"));
        Assert.Equal(Specs.Of("f32[2,3]"), SiluAndMul.Infer(even));
        Assert.Equal(Specs.Of("f32[2,3]"), GeluAndMul.Infer(even, "tanh"));
    }

    [Theory]
    [InlineData("erf")]
    [InlineData("Tanh")]
    [InlineData("")]
    public void Gelu_knows_two_forms_by_name(string approximate)
    {
        string problem = $"approximate must be \"none\" or \"tanh\"; found \"{approximate}\".";
        Specs.Refused("gelu: " + problem, () => Gelu.Infer(Specs.Of("f32[4]"), approximate));
        Specs.Refused("gelu_and_mul: " + problem, () => GeluAndMul.Infer(Specs.Of("f32[4]"), approximate));
    }
}
