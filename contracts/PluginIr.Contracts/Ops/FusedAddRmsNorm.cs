using PluginIr.Conformance;

namespace PluginIr.Ops;

/// <summary>Adds a residual, then normalises: <c>s = x + x_residual; out = rms_norm(s); residual_out = s</c>.</summary>
/// <remarks>
/// <para>The sum is float32. residual_out is the sum rounded to x's dtype; the norm, as <see cref="RmsNorm"/> defines it, goes on from
/// the sum before rounding.</para>
/// <para>Shapes: x and x_residual [..., H], alike, of f32, f16 or bf16; weight [H] of any of these, or absent; both outputs as x.
/// In place, out takes x's memory and residual_out takes x_residual's.</para>
/// <para>Source: vLLM's native definition.</para>
/// </remarks>
// Rounded before the weight and after it: a last place before can be two after, in float16 as in bfloat16, whose tolerance has room for it.
[Tolerance(DType.Float16, 1e-3, 2e-3)]
[Op("fused_add_rms_norm(Tensor x, Tensor x_residual, Tensor? weight, float epsilon, int? variance_size=None)" +
    " -> (Tensor out, Tensor residual_out)",
    AllowInplace = true)]
public static partial class FusedAddRmsNorm
{
    private const string OpName = "fused_add_rms_norm";

    /// <summary>The definition. Reads a row of both inputs before it writes either output's.</summary>
    [Native(Inplace = Inplace.May)]
    public static void Native(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output,
        Tensor residualOut)
    {
        int hidden = checked((int)x.Last);
        using Scratch<float> rowMemory = context.Scratch<float>(hidden);
        using Scratch<float> residualMemory = context.Scratch<float>(hidden);
        using Scratch<float> weightMemory = context.Scratch<float>(hidden);
        Span<float> row = rowMemory, residual = residualMemory, factors = weightMemory;
        weight?.ReadRow(0, factors);

        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            AddRow(r, x, xResidual, row, residual, residualOut);
            RmsNorm.Normalize(row, epsilon, varianceSize ?? hidden);
            if (weight is not null)
                RmsNorm.MultiplyIn(weight.DType, row, factors);
            output.WriteRow(r, row);
        }
    }

    /// <summary>The outputs' specs: x's, twice.</summary>
    /// <exception cref="OpArgumentException">The shapes or dtypes are not as the op says, or variance_size is not in a row.</exception>
    public static (TensorSpec Out, TensorSpec ResidualOut) Infer(
        TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float epsilon, int? varianceSize)
    {
        Require.Floating(OpName, "x", x);
        Require.Same(OpName, "x_residual", xResidual, "x", x);
        Require.RowWeight(OpName, weight, x);
        Require.VarianceSize(OpName, varianceSize, x);
        return (x, x);
    }

    /// <summary>Arguments to test kernels with.</summary>
    public static void Generate(InputGenerator generator)
    {
        generator.Set("x", generator.Normal(1, generator.Shape(generator.Hidden)));
        generator.Set("x_residual", generator.Normal(1, generator.Shape(generator.Hidden)));
        RmsNorm.GenerateRest(generator);
    }

    /// <summary>A row's sum, as the norm goes on from it, which is written to residual_out as well.</summary>
    internal static void AddRow(long r, Tensor x, Tensor xResidual, Span<float> row, Span<float> residual, Tensor residualOut)
    {
        x.ReadRow(r, row);
        xResidual.ReadRow(r, residual);
        for (int i = 0; i < row.Length; i++)
            row[i] += residual[i];
        residualOut.WriteRow(r, row);
    }
}
