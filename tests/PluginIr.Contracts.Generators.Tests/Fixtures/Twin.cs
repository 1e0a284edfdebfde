using PluginIr.Conformance;

namespace PluginIr.Contracts.Generators.Tests.Fixtures;

/// <summary>An op that allows in place: out = scale · (x + x_residual), residual_out = scale · (x - x_residual), float32.</summary>
[Op("twin(Tensor x, Tensor x_residual, Tensor? weight, float scale=1) -> (Tensor out, Tensor residual_out)", AllowInplace = true)]
internal static partial class Twin
{
    [Native(Inplace = Inplace.May)]
    internal static void Native(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float scale, Tensor output, Tensor residualOut)
    {
        Span<float> first = x.AsSpan<float>(), second = xResidual.AsSpan<float>();
        Span<float> sum = output.AsSpan<float>(), difference = residualOut.AsSpan<float>();
        for (int i = 0; i < first.Length; i++)
            (sum[i], difference[i]) = (scale * (first[i] + second[i]), scale * (first[i] - second[i]));
    }

    private static (TensorSpec Out, TensorSpec ResidualOut) Infer(TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float scale) =>
        x.Equals(xResidual) ? (x, xResidual) : throw new OpArgumentException("twin", $"x_residual must be {x}; found {xResidual}.");

    private static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
        generator.Set("x_residual", generator.Normal(1, generator.Rows, generator.Hidden));
    }
}
