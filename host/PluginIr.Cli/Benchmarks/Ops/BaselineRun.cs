using PluginIr.Runtime;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>The same op, served by other builds of plugins: those of another host in this process.</summary>
internal sealed class BaselineRun(OpWork work, IrRuntime baseline) : PeerRun
{
    /// <summary>The other host's runtime.</summary>
    public IrRuntime Runtime => baseline;

    public override string Peer => "baseline";

    public override IReadOnlyList<Tensor> Outputs => work.Outputs;

    public override void Run() => work.Call(baseline);
}
