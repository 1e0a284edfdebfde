using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>fused_add_rms_norm into memory of its own.</summary>
internal sealed class FusedAddRmsNormWork : OpWork, IScalarLoop
{
    public const float Epsilon = 1e-6f;

    public FusedAddRmsNormWork(OpCase @case) : base(@case)
    {
        X = Values(1, @case.DType, @case.Rows, @case.Hidden);
        Residual = Values(1, @case.DType, @case.Rows, @case.Hidden);
        Weight = Values(1, @case.DType, @case.Hidden);
        Output = Empty(@case.DType, @case.Rows, @case.Hidden);
        ResidualOut = Empty(@case.DType, @case.Rows, @case.Hidden);
    }

    public Tensor X { get; private set; }

    public Tensor Residual { get; private set; }

    public Tensor Weight { get; private set; }

    public Tensor Output { get; private set; }

    public Tensor ResidualOut { get; private set; }

    public override IReadOnlyList<Tensor> Outputs => [Output, ResidualOut];

    public override WorkBound Bound => WorkBound.Copying(X, Residual, Weight, Output, ResidualOut);

    public override void Call(IrDispatcher ir) => ir.FusedAddRmsNormInto(X, Residual, Weight, Epsilon, Output, ResidualOut);

    protected override void Place(Func<Tensor, Tensor> place) =>
        (X, Residual, Weight, Output, ResidualOut) = (place(X), place(Residual), place(Weight), place(Output), place(ResidualOut));

    public override void Loop() => IScalarLoop.Run(Case.DType, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>() where T : unmanaged
    {
        int hidden = (int)Case.Hidden;
        ReadOnlySpan<T> weight = Weight.AsSpan<T>();
        for (int at = 0; at < (int)X.ElementCount; at += hidden)
        {
            ReadOnlySpan<T> x = X.AsSpan<T>().Slice(at, hidden), residual = Residual.AsSpan<T>().Slice(at, hidden);
            Span<T> output = Output.AsSpan<T>().Slice(at, hidden), residualOut = ResidualOut.AsSpan<T>().Slice(at, hidden);
            float squares = 0;
            for (int i = 0; i < x.Length; i++)
            {
                float sum = Scalar.Of(x[i]) + Scalar.Of(residual[i]);
                residualOut[i] = Scalar.To<T>(sum);
                squares += sum * sum;
            }

            float scale = 1 / MathF.Sqrt((squares / hidden) + Epsilon);
            for (int i = 0; i < x.Length; i++)
                output[i] = Scalar.To<T>((Scalar.Of(x[i]) + Scalar.Of(residual[i])) * scale * Scalar.Of(weight[i]));
        }
    }
}
