using System.Numerics.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>attention of one query: dot products, a softmax, a weighted sum; both query heads of a key head go over each key at once.</summary>
internal sealed class AttentionComposition(AttentionWork work) : Composition(work)
{
    private const int Size = AttentionWork.HeadSize;

    private readonly int _sharing = work.Heads / work.KeyHeads, _keys = (int)work.Case.Rows;
    private readonly float[] _scores = new float[work.Heads / work.KeyHeads * work.Case.Rows], _entry = new float[Size];
    private readonly float[] _queries = new float[work.Heads * Size], _results = new float[work.Heads * Size];

    public override void Run()
    {
        ReadOnlySpan<float> queries = Rows.Read(work.Query, 0, _queries);
        Span<float> results = Rows.Target(work.Output, 0, _results);
        results.Clear();
        for (int keyHead = 0; keyHead < work.KeyHeads; keyHead++)
        {
            for (int s = 0; s < _keys; s++)
            {
                ReadOnlySpan<float> key = Rows.Read(work.Keys, ((s * work.KeyHeads) + keyHead) * Size, _entry);
                for (int h = 0; h < _sharing; h++)
                    _scores[(h * _keys) + s] = TensorPrimitives.Dot(queries.Slice(((keyHead * _sharing) + h) * Size, Size), key) * AttentionWork.Scale;
            }

            for (int h = 0; h < _sharing; h++)
            {
                Span<float> scores = _scores.AsSpan(h * _keys, _keys);
                TensorPrimitives.SoftMax(scores, scores);
            }

            for (int s = 0; s < _keys; s++)
            {
                ReadOnlySpan<float> value = Rows.Read(work.Entries, ((s * work.KeyHeads) + keyHead) * Size, _entry);
                for (int h = 0; h < _sharing; h++)
                {
                    Span<float> result = results.Slice(((keyHead * _sharing) + h) * Size, Size);
                    TensorPrimitives.MultiplyAdd(value, _scores[(h * _keys) + s], result, result);
                }
            }
        }

        Rows.Write(work.Output, 0, results);
    }
}
