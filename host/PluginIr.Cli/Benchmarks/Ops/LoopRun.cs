namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>The plain loop, the peer that is always there.</summary>
internal sealed class LoopRun(OpWork work) : PeerRun
{
    public override string Peer => "loop";

    public override IReadOnlyList<Tensor> Outputs => work.Outputs;

    public override void Run() => work.Loop();
}
