using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>rotary_embedding of query heads of 128 and half as many key heads, halves paired, at positions that follow each other.</summary>
internal sealed class RotaryEmbeddingWork : OpWork, IScalarLoop
{
    public const int HeadSize = 128;

    public RotaryEmbeddingWork(OpCase @case) : base(@case)
    {
        QueryHeads = (int)(@case.Hidden / HeadSize);
        KeyHeads = QueryHeads / 2;
        if (KeyHeads == 0 || @case.Hidden % (2 * HeadSize) != 0)
            throw new InputException($"--hidden must be a multiple of {2 * HeadSize} for {@case.Op}; found {@case.Hidden}.");
        Query = Values(1, @case.DType, @case.Rows, QueryHeads * HeadSize);
        Key = Values(1, @case.DType, @case.Rows, KeyHeads * HeadSize);
        CosSin = Values(1, DType.Float32, @case.Rows, HeadSize);
        Positions = Indices(@case.Rows, @case.Rows);
        Span<long> positions = Positions.AsSpan<long>();
        for (int i = 0; i < positions.Length; i++)
            positions[i] = i;
        QueryOut = Empty(@case.DType, @case.Rows, QueryHeads * HeadSize);
        KeyOut = Empty(@case.DType, @case.Rows, KeyHeads * HeadSize);
    }

    public int QueryHeads { get; }

    public int KeyHeads { get; }

    public Tensor Positions { get; private set; }

    public Tensor Query { get; private set; }

    public Tensor Key { get; private set; }

    public Tensor CosSin { get; private set; }

    public Tensor QueryOut { get; private set; }

    public Tensor KeyOut { get; private set; }

    public override IReadOnlyList<Tensor> Outputs => [QueryOut, KeyOut];

    public override WorkBound Bound => WorkBound.Copying(Query, Key, QueryOut, KeyOut);

    public override void Call(IrDispatcher ir) =>
        ir.RotaryEmbeddingInto(Positions, Query, Key, HeadSize, HeadSize, CosSin, isNeoxStyle: true, QueryOut, KeyOut);

    protected override void Place(Func<Tensor, Tensor> place) =>
        (Positions, Query, Key, CosSin, QueryOut, KeyOut) = (place(Positions), place(Query), place(Key), place(CosSin), place(QueryOut), place(KeyOut));

    public override void Loop() => IScalarLoop.Run(Case.DType, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>() where T : unmanaged
    {
        ReadOnlySpan<long> positions = Positions.AsSpan<long>();
        for (int t = 0; t < positions.Length; t++)
        {
            ReadOnlySpan<float> cosSin = CosSin.AsSpan<float>().Slice((int)positions[t] * HeadSize, HeadSize);
            Turn(Query.AsSpan<T>(), QueryOut.AsSpan<T>(), t, QueryHeads, cosSin);
            Turn(Key.AsSpan<T>(), KeyOut.AsSpan<T>(), t, KeyHeads, cosSin);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn<T>(ReadOnlySpan<T> xs, Span<T> outputs, int token, int heads, ReadOnlySpan<float> cosSin) where T : unmanaged
    {
        const int Half = HeadSize / 2;
        for (int head = 0; head < heads; head++)
        {
            int at = ((token * heads) + head) * HeadSize;
            ReadOnlySpan<T> x = xs.Slice(at, HeadSize);
            Span<T> output = outputs.Slice(at, HeadSize);
            for (int i = 0; i < Half; i++)
            {
                // Both are rounded to the activations' dtype, as the op says.
                float cos = Scalar.Of(Scalar.To<T>(cosSin[i])), sin = Scalar.Of(Scalar.To<T>(cosSin[Half + i]));
                float first = Scalar.Of(x[i]), second = Scalar.Of(x[Half + i]);
                output[i] = Scalar.To<T>((first * cos) - (second * sin));
                output[Half + i] = Scalar.To<T>((second * cos) + (first * sin));
            }
        }
    }
}
