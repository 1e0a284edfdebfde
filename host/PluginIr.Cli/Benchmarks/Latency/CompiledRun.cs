using PluginIr.Models.Qwen3;

namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>Runs the model as a compiled graph that ends with the tokens. The sequences' memory is kept between runs, as a server keeps it.</summary>
/// <param name="compiled">The compiled model, which is disposed with the run.</param>
/// <param name="sizes">What is generated.</param>
internal sealed class CompiledRun(CompiledQwen3 compiled, LatencySizes sizes) : TextRun(compiled.Model.Config, sizes), IDisposable
{
    private readonly CompiledBatch _batch = compiled.StartBatch();

    public override string Name => "compiled";

    public override long ActivationPeakBytes => _batch.ArenaBytes;

    public void Dispose()
    {
        _batch.Dispose();
        compiled.Dispose();
    }

    protected override void Start() => _batch.Clear();

    protected override void Prefill(int sequence, int[] prompt) => Take(sequence, _batch.ChooseNext(sequence, prompt)[0]);

    protected override void Step(ReadOnlySpan<int> tokens)
    {
        NextTokens next = _batch.ChooseNextBatch(tokens);
        for (int i = 0; i < tokens.Length; i++)
            Take(i, next[i]);
    }

    protected override void End()
    {
    }
}
