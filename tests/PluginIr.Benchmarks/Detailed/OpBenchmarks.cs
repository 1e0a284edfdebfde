using BenchmarkDotNet.Attributes;
using PluginIr.Benchmarks.Peers;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Detailed;

/// <summary>One op of <c>bench ops</c> and its peers in BenchmarkDotNet, for its profilers and disassembly.</summary>
public abstract class OpBenchmarks
{
    private LoadedRuntime? _runtime;
    private OpWork? _work;
    private PeerRun[] _peers = [];

    /// <summary>How many threads a call may use.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>The case that the parameters describe.</summary>
    private protected abstract OpCase Case { get; }

    /// <summary>Makes the case's memory.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _runtime = new LoadedRuntime(Threads);
        _work = OpWork.Of(Case);
        _peers = [.. new LibraryPeers().RunsOf(_work, Threads)];
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        foreach (PeerRun peer in _peers)
            peer.Dispose();
        _work?.Dispose();
        _runtime?.Dispose();
    }

    /// <summary>The op.</summary>
    [Benchmark(Baseline = true)]
    public void Ours() => _work!.Call(_runtime!.Ir);

    /// <summary>A plain loop.</summary>
    [Benchmark]
    public void Loop() => _work!.Loop();

    /// <summary>ONNX Runtime.</summary>
    [Benchmark]
    public void OnnxRuntime() => PeerNamed("onnxruntime").Run();

    /// <summary>TensorPrimitives.</summary>
    [Benchmark]
    public void TensorPrimitives() => PeerNamed("tensor_primitives").Run();

    // A few at most; finding it is nothing beside its work.
    private PeerRun PeerNamed(string name) => Array.Find(_peers, p => p.Peer == name)!;
}
