using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>dynamic_group_quant_fp8: a scale for each 128 columns of each row.</summary>
internal sealed class DynamicGroupQuantWork : QuantWork
{
    public const int GroupSize = 128;

    public DynamicGroupQuantWork(OpCase @case) : base(@case) => Scales = Empty(DType.Float32, @case.Rows, @case.Hidden / GroupSize);

    public override Tensor Scales { get; protected set; }

    public override bool IsDynamic => true;

    public override void Call(IrDispatcher ir) => ir.DynamicGroupQuantFp8Into(X, GroupSize, useUe8m0: false, Target, Output, Scales);
}
