using BenchmarkDotNet.Attributes;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Detailed;

/// <summary>rms_norm and fused_add_rms_norm, f32.</summary>
public class NormBenchmarks : OpBenchmarks
{
    /// <summary>The op.</summary>
    [Params("rms_norm", "fused_add_rms_norm")]
    public string Op { get; set; } = "";

    /// <summary>Rows.</summary>
    [Params(1, 256)]
    public int Rows { get; set; }

    private protected override OpCase Case => new(Op, DType.Float32, Rows, 4096);
}
