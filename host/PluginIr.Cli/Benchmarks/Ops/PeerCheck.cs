namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Compares what a peer computes with what the op's native definition does. A wrong peer is not worth timing.</summary>
internal sealed class PeerCheck
{
    private readonly float[][] _expected;
    private readonly OpWork _work;

    /// <summary>Keeps native's results.</summary>
    /// <param name="work">The work; its outputs hold native's results now.</param>
    public PeerCheck(OpWork work)
    {
        _work = work;
        _expected = [.. work.Outputs.Select(o => o.ToSingles())];
    }

    /// <summary>Runs something and looks at its results.</summary>
    /// <param name="name">Who it is, for the message.</param>
    /// <param name="outputs">Where its results are.</param>
    /// <param name="run">Runs it.</param>
    /// <exception cref="CheckException">They are wrong.</exception>
    public void Check(string name, IReadOnlyList<Tensor> outputs, Action run)
    {
        // NaN in every dtype, so that what is not written is seen.
        foreach (Tensor output in outputs)
            output.AsBytes().Fill(0xFF);
        run();
        Check(name, outputs);
    }

    /// <summary>Looks at results in host memory.</summary>
    /// <param name="name">Who made them, for the message.</param>
    /// <param name="outputs">The results.</param>
    /// <exception cref="CheckException">They are wrong.</exception>
    public void Check(string name, IReadOnlyList<Tensor> outputs)
    {
        for (int i = 0; i < outputs.Count; i++)
            Compare(name, i, outputs[i].ToSingles(), _expected[i], ToleranceOf(_work.Outputs[i].DType));
    }

    private void Compare(string name, int output, float[] actual, float[] expected, float tolerance)
    {
        float largest = expected.Max(MathF.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            float allowed = tolerance * MathF.Max(MathF.Abs(expected[i]), largest / 16);
            if (!(MathF.Abs(actual[i] - expected[i]) <= allowed))
            {
                throw new CheckException(
                    $"{_work.Case}: {name} is wrong, so nothing was timed. Element {i} of output {output} must be {expected[i]} " +
                    $"within {allowed:G3}; found {actual[i]}.");
            }
        }
    }

    // Some roundings of the dtype, and for float32 the short cuts that libraries take in exponentials.
    private static float ToleranceOf(DType dtype) => dtype switch
    {
        DType.Float32 => 2e-4f,
        DType.Float16 => 4e-3f,
        DType.BFloat16 => 2e-2f,
        _ => 0.15f,
    };
}
