using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>static_quant_fp8: one scale for all.</summary>
internal sealed class StaticQuantWork : QuantWork
{
    public StaticQuantWork(OpCase @case) : base(@case)
    {
        Scales = Empty(DType.Float32, 1);
        Scales.AsSpan<float>().Fill(1 / Float8E4M3FN.MaxValue);
    }

    public override Tensor Scales { get; protected set; }

    public override bool IsDynamic => false;

    public override void Call(IrDispatcher ir) => ir.StaticQuantFp8Into(X, Scales, Target, Output);
}
