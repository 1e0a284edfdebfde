using BenchmarkDotNet.Attributes;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Detailed;

/// <summary>linear, 1024 to 3072 features.</summary>
public class LinearBenchmarks : OpBenchmarks
{
    /// <summary>The dtype.</summary>
    [Params(DType.Float32, DType.BFloat16)]
    public DType DType { get; set; }

    /// <summary>Rows.</summary>
    [Params(1, 16, 256)]
    public int Rows { get; set; }

    private protected override OpCase Case => new("linear", DType, Rows, 1024);
}
