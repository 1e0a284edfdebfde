using System.Runtime.CompilerServices;
namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>What the quantisers share: rows to float8 (e4m3fn), group by group.</summary>
internal abstract class QuantWork : OpWork, IScalarLoop
{
    public const DType Target = DType.Float8E4M3FN;

    protected QuantWork(OpCase @case) : base(@case)
    {
        X = Values(1, @case.DType, @case.Rows, @case.Hidden);
        Output = Empty(Target, @case.Rows, @case.Hidden);
    }

    public Tensor X { get; private set; }

    public Tensor Output { get; private set; }

    /// <summary>One scale for each group of each row; or one for all when it is given and not made.</summary>
    public abstract Tensor Scales { get; protected set; }

    /// <summary>True when the scales are computed here.</summary>
    public abstract bool IsDynamic { get; }

    public override IReadOnlyList<Tensor> Outputs => IsDynamic ? [Output, Scales] : [Output];

    public override WorkBound Bound => WorkBound.Copying(X, Output);

    protected override void Place(Func<Tensor, Tensor> place) =>
        (X, Output, Scales) = (place(X), place(Output), place(Scales));

    public override void Loop() => IScalarLoop.Run(Case.DType, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>() where T : unmanaged
    {
        Span<float> scales = Scales.AsSpan<float>();
        ReadOnlySpan<T> xs = X.AsSpan<T>();
        Span<Float8E4M3FN> outputs = Output.AsSpan<Float8E4M3FN>();
        int group = xs.Length / scales.Length;
        for (int g = 0; g < scales.Length; g++)
        {
            ReadOnlySpan<T> x = xs.Slice(g * group, group);
            if (IsDynamic)
            {
                float largest = 0;
                foreach (T value in x)
                    largest = MathF.Max(largest, MathF.Abs(Scalar.Of(value)));
                scales[g] = MathF.Max(largest / Float8E4M3FN.MaxValue, 1 / (Float8E4M3FN.MaxValue * 512));
            }

            float reciprocal = 1 / scales[g];
            for (int i = 0; i < x.Length; i++)
            {
                float scaled = Math.Clamp(Scalar.Of(x[i]) * reciprocal, -Float8E4M3FN.MaxValue, Float8E4M3FN.MaxValue);
                outputs[(g * group) + i] = (Float8E4M3FN)scaled;
            }
        }
    }
}
