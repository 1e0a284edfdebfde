using System.Numerics.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>The quantisers, group by group. TensorPrimitives has no float8, so the last step is a loop.</summary>
internal sealed class QuantComposition : Composition
{
    private readonly QuantWork _work;
    private readonly int _group;
    private readonly float[] _row, _scaled;

    public QuantComposition(QuantWork work) : base(work)
    {
        _work = work;
        _group = (int)(work.X.ElementCount / work.Scales.ElementCount);
        _row = new float[_group];
        _scaled = new float[_group];
    }

    public override void Run()
    {
        Span<float> scales = _work.Scales.AsSpan<float>();
        for (int g = 0; g < scales.Length; g++)
        {
            ReadOnlySpan<float> x = Rows.Read(_work.X, g * _group, _row);
            if (_work.IsDynamic)
            {
                float largest = MathF.Abs(TensorPrimitives.MaxMagnitude(x));
                scales[g] = MathF.Max(largest / Float8E4M3FN.MaxValue, 1 / (Float8E4M3FN.MaxValue * 512));
            }

            TensorPrimitives.Multiply(x, 1 / scales[g], _scaled);
            TensorPrimitives.Clamp(_scaled, -Float8E4M3FN.MaxValue, Float8E4M3FN.MaxValue, _scaled);
            Span<Float8E4M3FN> output = _work.Output.AsSpan<Float8E4M3FN>().Slice(g * _group, _group);
            for (int i = 0; i < output.Length; i++)
                output[i] = (Float8E4M3FN)_scaled[i];
        }
    }
}
