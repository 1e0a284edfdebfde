using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>rms_norm.</summary>
internal sealed class RmsNormWork : OpWork, IScalarLoop
{
    public const float Epsilon = 1e-6f;

    public RmsNormWork(OpCase @case) : base(@case)
    {
        X = Values(1, @case.DType, @case.Rows, @case.Hidden);
        Weight = Values(1, @case.DType, @case.Hidden);
        Output = Empty(@case.DType, @case.Rows, @case.Hidden);
    }

    public Tensor X { get; private set; }

    public Tensor Weight { get; private set; }

    public Tensor Output { get; private set; }

    public override IReadOnlyList<Tensor> Outputs => [Output];

    public override WorkBound Bound => WorkBound.Copying(X, Weight, Output);

    public override void Call(IrDispatcher ir) => ir.RmsNormInto(X, Weight, Epsilon, Output);

    protected override void Place(Func<Tensor, Tensor> place) =>
        (X, Weight, Output) = (place(X), place(Weight), place(Output));

    public override void Loop() => IScalarLoop.Run(Case.DType, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>() where T : unmanaged
    {
        int hidden = (int)Case.Hidden;
        ReadOnlySpan<T> xs = X.AsSpan<T>(), weight = Weight.AsSpan<T>();
        Span<T> outputs = Output.AsSpan<T>();
        for (int at = 0; at < xs.Length; at += hidden)
        {
            ReadOnlySpan<T> x = xs.Slice(at, hidden);
            Span<T> output = outputs.Slice(at, hidden);
            float sum = 0;
            for (int i = 0; i < x.Length; i++)
                sum += Scalar.Of(x[i]) * Scalar.Of(x[i]);
            float scale = 1 / MathF.Sqrt((sum / hidden) + Epsilon);
            for (int i = 0; i < x.Length; i++)
                output[i] = Scalar.To<T>(Scalar.Of(x[i]) * scale * Scalar.Of(weight[i]));
        }
    }
}
