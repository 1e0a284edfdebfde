using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>silu_and_mul; hidden is a row of the output.</summary>
internal sealed class SiluAndMulWork : OpWork, IScalarLoop
{
    public SiluAndMulWork(OpCase @case) : base(@case)
    {
        X = Values(4, @case.DType, @case.Rows, 2 * @case.Hidden);
        Output = Empty(@case.DType, @case.Rows, @case.Hidden);
    }

    public Tensor X { get; private set; }

    public Tensor Output { get; private set; }

    public override IReadOnlyList<Tensor> Outputs => [Output];

    public override WorkBound Bound => WorkBound.Copying(X, Output);

    public override void Call(IrDispatcher ir) => ir.SiluAndMulInto(X, Output);

    protected override void Place(Func<Tensor, Tensor> place) =>
        (X, Output) = (place(X), place(Output));

    public override void Loop() => IScalarLoop.Run(Case.DType, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>() where T : unmanaged
    {
        int hidden = (int)Case.Hidden;
        for (int row = 0; row < (int)Case.Rows; row++)
        {
            ReadOnlySpan<T> gate = X.AsSpan<T>().Slice(2 * row * hidden, hidden), up = X.AsSpan<T>().Slice(((2 * row) + 1) * hidden, hidden);
            Span<T> output = Output.AsSpan<T>().Slice(row * hidden, hidden);
            for (int i = 0; i < output.Length; i++)
            {
                float x = Scalar.Of(gate[i]);
                output[i] = Scalar.To<T>(x / (1 + MathF.Exp(-x)) * Scalar.Of(up[i]));
            }
        }
    }
}
