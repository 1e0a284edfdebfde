using System.Numerics.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>fused_add_rms_norm.</summary>
internal sealed class FusedAddRmsNormComposition(FusedAddRmsNormWork work) : Composition(work)
{
    private readonly int _hidden = (int)work.Case.Hidden;
    private readonly float[] _row = new float[work.Case.Hidden], _residual = new float[work.Case.Hidden];
    private readonly float[] _sum = new float[work.Case.Hidden], _result = new float[work.Case.Hidden], _weight = work.Weight.ToSingles();

    public override void Run()
    {
        for (int at = 0; at < (int)work.X.ElementCount; at += _hidden)
        {
            Span<float> x = Rows.Read(work.X, at, _row), residual = Rows.Read(work.Residual, at, _residual);
            Span<float> sum = Rows.Target(work.ResidualOut, at, _sum), output = Rows.Target(work.Output, at, _result);
            TensorPrimitives.Add(x, residual, sum);
            float scale = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares<float>(sum) / _hidden) + FusedAddRmsNormWork.Epsilon);
            TensorPrimitives.Multiply(sum, scale, output);
            TensorPrimitives.Multiply(output, _weight, output);
            Rows.Write(work.ResidualOut, at, sum);
            Rows.Write(work.Output, at, output);
        }
    }
}
