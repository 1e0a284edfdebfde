using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>linear with 3072 output features.</summary>
internal sealed class LinearWork : OpWork, IScalarLoop
{
    public const int Features = 3072;

    // Up to so many rows the weights are what there is to read; past them there is more to compute.
    private const long FewRows = 4;

    public LinearWork(OpCase @case) : base(@case)
    {
        X = Values(1, @case.DType, @case.Rows, @case.Hidden);
        Weight = Values(0.05f, @case.DType, Features, @case.Hidden);
        Output = Empty(@case.DType, @case.Rows, Features);
    }

    public Tensor X { get; private set; }

    public Tensor Weight { get; private set; }

    public Tensor Output { get; private set; }

    public override IReadOnlyList<Tensor> Outputs => [Output];

    public override WorkBound Bound => Case.Rows <= FewRows
        ? WorkBound.Reading(X, Weight)
        : new WorkBound(BoundKind.Compute, 2 * Case.Rows * Case.Hidden * Features);

    public override void Call(IrDispatcher ir) => ir.LinearInto(X, Weight, Output);

    protected override void Place(Func<Tensor, Tensor> place) =>
        (X, Weight, Output) = (place(X), place(Weight), place(Output));

    public override void Loop() => IScalarLoop.Run(Case.DType, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>() where T : unmanaged
    {
        int inner = (int)Case.Hidden;
        ReadOnlySpan<T> xs = X.AsSpan<T>(), weights = Weight.AsSpan<T>();
        Span<T> output = Output.AsSpan<T>();
        for (int m = 0; m < (int)Case.Rows; m++)
        {
            ReadOnlySpan<T> x = xs.Slice(m * inner, inner);
            for (int n = 0; n < Features; n++)
            {
                ReadOnlySpan<T> weight = weights.Slice(n * inner, inner);
                float sum = 0;
                for (int k = 0; k < x.Length; k++)
                    sum += Scalar.Of(x[k]) * Scalar.Of(weight[k]);
                output[(m * Features) + n] = Scalar.To<T>(sum);
            }
        }
    }
}
