using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>embedding from a table of 4096 rows. The plain loop copies whole rows, as anyone would.</summary>
internal sealed class EmbeddingWork : OpWork, IScalarLoop
{
    private const long Entries = 4096;

    public EmbeddingWork(OpCase @case) : base(@case)
    {
        Tokens = Indices(Entries, @case.Rows);
        Weight = Values(1, @case.DType, Entries, @case.Hidden);
        Output = Empty(@case.DType, @case.Rows, @case.Hidden);
    }

    public Tensor Tokens { get; private set; }

    public Tensor Weight { get; private set; }

    public Tensor Output { get; private set; }

    public override IReadOnlyList<Tensor> Outputs => [Output];

    public override WorkBound Bound => WorkBound.Copying(Output, Output);

    public override void Call(IrDispatcher ir) => ir.EmbeddingInto(Tokens, Weight, Output);

    protected override void Place(Func<Tensor, Tensor> place) =>
        (Tokens, Weight, Output) = (place(Tokens), place(Weight), place(Output));

    public override void Loop() => IScalarLoop.Run(Case.DType, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>() where T : unmanaged
    {
        int hidden = (int)Case.Hidden;
        ReadOnlySpan<long> tokens = Tokens.AsSpan<long>();
        for (int i = 0; i < tokens.Length; i++)
            Weight.AsSpan<T>().Slice((int)tokens[i] * hidden, hidden).CopyTo(Output.AsSpan<T>()[(i * hidden)..]);
    }
}
