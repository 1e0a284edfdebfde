using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>dynamic_quant_fp8 with a scale for each row.</summary>
internal sealed class DynamicQuantWork : QuantWork
{
    public DynamicQuantWork(OpCase @case) : base(@case) => Scales = Empty(DType.Float32, @case.Rows, 1);

    public override Tensor Scales { get; protected set; }

    public override bool IsDynamic => true;

    public override void Call(IrDispatcher ir) => ir.DynamicQuantFp8Into(X, perToken: true, Target, Output, Scales);
}
