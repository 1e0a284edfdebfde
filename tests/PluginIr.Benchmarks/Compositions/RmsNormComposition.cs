using System.Numerics.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>rms_norm.</summary>
internal sealed class RmsNormComposition(RmsNormWork work) : Composition(work)
{
    private readonly int _hidden = (int)work.Case.Hidden;
    private readonly float[] _row = new float[work.Case.Hidden], _result = new float[work.Case.Hidden], _weight = work.Weight.ToSingles();

    public override void Run()
    {
        for (int at = 0; at < (int)work.X.ElementCount; at += _hidden)
        {
            Span<float> x = Rows.Read(work.X, at, _row), output = Rows.Target(work.Output, at, _result);
            float scale = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares<float>(x) / _hidden) + RmsNormWork.Epsilon);
            TensorPrimitives.Multiply(x, scale, output);
            TensorPrimitives.Multiply(output, _weight, output);
            Rows.Write(work.Output, at, output);
        }
    }
}
