using System.Numerics.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>linear: dot products, each row of the weights once for all rows of x.</summary>
internal sealed class LinearComposition(LinearWork work) : Composition(work)
{
    private readonly int _inner = (int)work.Case.Hidden, _rows = (int)work.Case.Rows;
    private readonly float[] _weight = new float[work.Case.Hidden], _xs = new float[work.X.ElementCount];
    private readonly float[] _results = new float[work.Output.ElementCount];

    public override void Run()
    {
        ReadOnlySpan<float> xs = Rows.Read(work.X, 0, _xs);
        Span<float> results = Rows.Target(work.Output, 0, _results);
        for (int n = 0; n < LinearWork.Features; n++)
        {
            ReadOnlySpan<float> weight = Rows.Read(work.Weight, n * _inner, _weight);
            for (int m = 0; m < _rows; m++)
                results[(m * LinearWork.Features) + n] = TensorPrimitives.Dot(xs.Slice(m * _inner, _inner), weight);
        }

        Rows.Write(work.Output, 0, results);
    }
}
