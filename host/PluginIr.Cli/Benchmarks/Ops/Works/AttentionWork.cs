using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>attention of one query, in heads of 128 that share half as many key heads, over the keys of a cache.</summary>
internal sealed class AttentionWork : OpWork, IScalarLoop
{
    public const int HeadSize = 128;
    public static readonly float Scale = 1 / MathF.Sqrt(HeadSize);

    public AttentionWork(OpCase @case) : base(@case)
    {
        Heads = (int)(@case.Hidden / HeadSize);
        KeyHeads = Heads / 2;
        if (KeyHeads == 0 || @case.Hidden % (2 * HeadSize) != 0)
            throw new InputException($"--hidden must be a multiple of {2 * HeadSize} for {@case.Op}; found {@case.Hidden}.");
        Query = Values(1, @case.DType, 1, Heads, HeadSize);
        Keys = Values(1, @case.DType, @case.Rows, KeyHeads, HeadSize);
        Entries = Values(1, @case.DType, @case.Rows, KeyHeads, HeadSize);
        Output = Empty(@case.DType, 1, Heads, HeadSize);
    }

    public int Heads { get; }

    public int KeyHeads { get; }

    public Tensor Query { get; private set; }

    public Tensor Keys { get; private set; }

    /// <summary>The values, which keys stand for.</summary>
    public Tensor Entries { get; private set; }

    public Tensor Output { get; private set; }

    public override IReadOnlyList<Tensor> Outputs => [Output];

    public override WorkBound Bound => WorkBound.Reading(Keys, Entries);

    public override void Call(IrDispatcher ir) => ir.AttentionInto(Query, Keys, Entries, Scale, Output);

    protected override void Place(Func<Tensor, Tensor> place) =>
        (Query, Keys, Entries, Output) = (place(Query), place(Keys), place(Entries), place(Output));

    public override void Loop() => IScalarLoop.Run(Case.DType, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>() where T : unmanaged
    {
        int keys = (int)Case.Rows;
        float[] scores = new float[keys];
        float[] sums = new float[HeadSize];
        for (int head = 0; head < Heads; head++)
        {
            ReadOnlySpan<T> query = Query.AsSpan<T>().Slice(head * HeadSize, HeadSize);
            int keyHead = head * KeyHeads / Heads;
            float largest = float.NegativeInfinity, total = 0;
            for (int s = 0; s < keys; s++)
            {
                ReadOnlySpan<T> key = Keys.AsSpan<T>().Slice(((s * KeyHeads) + keyHead) * HeadSize, HeadSize);
                float sum = 0;
                for (int i = 0; i < query.Length; i++)
                    sum += Scalar.Of(query[i]) * Scalar.Of(key[i]);
                scores[s] = sum * Scale;
                largest = MathF.Max(largest, scores[s]);
            }

            sums.AsSpan().Clear();
            for (int s = 0; s < keys; s++)
            {
                ReadOnlySpan<T> value = Entries.AsSpan<T>().Slice(((s * KeyHeads) + keyHead) * HeadSize, HeadSize);
                float weight = MathF.Exp(scores[s] - largest);
                total += weight;
                for (int i = 0; i < value.Length; i++)
                    sums[i] += weight * Scalar.Of(value[i]);
            }

            Span<T> output = Output.AsSpan<T>().Slice(head * HeadSize, HeadSize);
            for (int i = 0; i < output.Length; i++)
                output[i] = Scalar.To<T>(sums[i] / total);
        }
    }
}
