using PluginIr.Conformance;

namespace PluginIr.Contracts.Generators.Tests.Fixtures;

/// <summary>An op whose first tensor is no activation, with an attribute of every type: out = table + the attributes' sum.</summary>
[Op("gather(Tensor indices, Tensor x, int offset, bool flag, dtype kind, str mode=\"plain\", float? bias=0.5) -> Tensor")]
internal static partial class Gather
{
    [Native]
    private static void Native(
        KernelContext context, Tensor indices, Tensor x, int offset, bool flag, DType kind, string mode, float? bias, Tensor output)
    {
        for (int i = 0; i < indices.ElementCount; i++)
        {
            float value = x.AsSpan<float>()[(int)indices.AsSpan<long>()[i]];
            output.AsSpan<float>()[i] = value + offset + (flag ? 10 : 0) + (int)kind + mode.Length + (bias ?? -100);
        }
    }

    private static TensorSpec Infer(TensorSpec indices, TensorSpec x, int offset, bool flag, DType kind, string mode, float? bias) =>
        indices.WithDType(x.DType);

    private static void Generate(InputGenerator generator) => generator.Set("x", generator.Normal(1, generator.Hidden));
}
