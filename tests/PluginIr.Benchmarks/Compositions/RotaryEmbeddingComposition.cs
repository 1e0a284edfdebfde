using System.Numerics.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>rotary_embedding, head by head.</summary>
internal sealed class RotaryEmbeddingComposition(RotaryEmbeddingWork work) : Composition(work)
{
    private const int Size = RotaryEmbeddingWork.HeadSize, HalfSize = Size / 2;

    private readonly float[] _head = new float[Size], _result = new float[Size], _product = new float[HalfSize];

    public override void Run()
    {
        ReadOnlySpan<long> positions = work.Positions.AsSpan<long>();
        for (int t = 0; t < positions.Length; t++)
        {
            ReadOnlySpan<float> cosSin = work.CosSin.AsSpan<float>().Slice((int)positions[t] * Size, Size);
            Turn(work.Query, work.QueryOut, t * work.QueryHeads, work.QueryHeads, cosSin);
            Turn(work.Key, work.KeyOut, t * work.KeyHeads, work.KeyHeads, cosSin);
        }
    }

    private void Turn(Tensor from, Tensor to, int firstHead, int heads, ReadOnlySpan<float> cosSin)
    {
        ReadOnlySpan<float> cos = cosSin[..HalfSize], sin = cosSin[HalfSize..];
        for (int head = firstHead; head < firstHead + heads; head++)
        {
            ReadOnlySpan<float> x = Rows.Read(from, head * Size, _head);
            Span<float> output = Rows.Target(to, head * Size, _result);
            TensorPrimitives.Multiply(x[..HalfSize], cos, output[..HalfSize]);
            TensorPrimitives.Multiply(x[HalfSize..], sin, _product);
            TensorPrimitives.Subtract(output[..HalfSize], _product, output[..HalfSize]);
            TensorPrimitives.Multiply(x[HalfSize..], cos, output[HalfSize..]);
            TensorPrimitives.MultiplyAdd(x[..HalfSize], sin, output[HalfSize..], output[HalfSize..]);
            Rows.Write(to, head * Size, output);
        }
    }
}
