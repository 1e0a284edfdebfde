using BenchmarkDotNet.Attributes;
using PluginIr.Ops;

namespace PluginIr.Benchmarks.Detailed;

/// <summary>One small call, functional and into given memory, with what it allocates.</summary>
[MemoryDiagnoser]
public class DispatchBenchmarks
{
    private readonly Tensor _x = Tensor.Zeros(DType.Float32, 1, 64), _weight = Tensor.Zeros(DType.Float32, 64), _output = Tensor.Zeros(DType.Float32, 1, 64);
    private LoadedRuntime? _runtime;

    /// <summary>Starts a host.</summary>
    [GlobalSetup]
    public void SetUp() => _runtime = new LoadedRuntime(threads: 1);

    /// <summary>Ends it.</summary>
    [GlobalCleanup]
    public void CleanUp() => _runtime?.Dispose();

    /// <summary>Into the caller's memory.</summary>
    [Benchmark(Baseline = true)]
    public void Into() => _runtime!.Ir.RmsNormInto(_x, _weight, 1e-6f, _output);

    /// <summary>A new output.</summary>
    [Benchmark]
    public void Functional() => _runtime!.Ir.RmsNorm(_x, _weight, 1e-6f).Dispose();

    /// <summary>In a priority scope.</summary>
    [Benchmark]
    public void InScope()
    {
        using (_runtime!.Ir.UsePriority("rms_norm", "native"))
            _runtime.Ir.RmsNormInto(_x, _weight, 1e-6f, _output);
    }
}
