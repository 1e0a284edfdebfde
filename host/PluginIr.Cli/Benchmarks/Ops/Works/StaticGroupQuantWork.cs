using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>static_group_quant_fp8: a scale for each 128 columns of each row.</summary>
internal sealed class StaticGroupQuantWork : QuantWork
{
    public StaticGroupQuantWork(OpCase @case) : base(@case)
    {
        Scales = Empty(DType.Float32, @case.Rows, @case.Hidden / DynamicGroupQuantWork.GroupSize);
        Scales.AsSpan<float>().Fill(1 / Float8E4M3FN.MaxValue);
    }

    public override Tensor Scales { get; protected set; }

    public override bool IsDynamic => false;

    public override void Call(IrDispatcher ir) => ir.StaticGroupQuantFp8Into(X, Scales, Target, Output);
}
