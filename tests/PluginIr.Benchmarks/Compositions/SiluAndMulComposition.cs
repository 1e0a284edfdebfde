using System.Numerics.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>silu_and_mul.</summary>
internal sealed class SiluAndMulComposition(SiluAndMulWork work) : Composition(work)
{
    private readonly int _hidden = (int)work.Case.Hidden;
    private readonly float[] _gate = new float[work.Case.Hidden], _up = new float[work.Case.Hidden], _result = new float[work.Case.Hidden];

    public override void Run()
    {
        for (int row = 0; row < (int)work.Case.Rows; row++)
        {
            Span<float> gate = Rows.Read(work.X, 2 * row * _hidden, _gate), up = Rows.Read(work.X, ((2 * row) + 1) * _hidden, _up);
            Span<float> output = Rows.Target(work.Output, row * _hidden, _result);
            TensorPrimitives.Sigmoid(gate, output);
            TensorPrimitives.Multiply(output, gate, output);
            TensorPrimitives.Multiply(output, up, output);
            Rows.Write(work.Output, row * _hidden, output);
        }
    }
}
