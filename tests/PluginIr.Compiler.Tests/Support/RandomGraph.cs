using PluginIr.Compiler.Graphs;
using PluginIr.Graphs;
using PluginIr.Ops;
using PluginIr.Runtime;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>Makes graphs of calls, views and clones that follow from a seed and obey every rule: what was donated is not used again.</summary>
internal sealed class RandomGraph
{
    private const int Width = 16;

    private readonly Random _random;
    private readonly DType _dtype;
    private readonly GraphBuilder _graph;
    private readonly List<Item> _items = [];
    private readonly GraphValue _weight;
    private readonly GraphValue _square;
    private readonly GraphValue _twice;

    private RandomGraph(IrRuntime runtime, int seed)
    {
        _random = new Random(seed);
        _dtype = (DType)_random.Next(3);
        _graph = new GraphBuilder(runtime, $"random_{seed}", new Symbol("T", 1, 9));
        for (int i = _random.Next(1, 4); i > 0; i--)
            Take(_graph.Input($"x{i}", new SymbolicSpec(_dtype, Dim.Symbol, Width), isDonated: _random.Next(4) == 0, isUnaligned: _random.Next(4) == 0), Width);
        _weight = _graph.Input("w", _dtype, Width);
        _square = _graph.Input("square", _dtype, Width, Width);
        _twice = _graph.Input("twice", _dtype, 2 * Width, Width);
    }

    /// <summary>The graph of a seed.</summary>
    public static Graph Of(IrRuntime runtime, int seed)
    {
        var made = new RandomGraph(runtime, seed);
        for (int i = made._random.Next(3, 24); i > 0; i--)
            made.AddCall();
        return made._graph.Build([.. made._items.Where(_ => made._random.Next(3) == 0).Append(made._items[^1]).Select(i => i.Value)]);
    }

    /// <summary>Inputs for a graph at a size.</summary>
    public static Tensor[] Inputs(Graph graph, long size, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. graph.Inputs.ToArray().Select(input =>
            {
                TensorSpec spec = graph.Values[input.Value].Spec.At(size);
                float[] values = [.. Enumerable.Range(0, (int)spec.ElementCount).Select(_ => (random.NextSingle() * 2) - 1)];
                Tensor tensor = input.IsUnaligned ? Unaligned(spec) : Tensor.Empty(spec);
                using Tensor aligned = Tensor.FromSingles(spec.DType, values, spec.Shape);
                tensor.CopyFrom(aligned);
                return tensor;
            }),
        ];
    }

    // One element past an aligned address.
    private static Tensor Unaligned(TensorSpec spec)
    {
        using Tensor longer = Tensor.Empty(spec.DType, spec.ElementCount + 1), shifted = longer.Slice(0, 1, spec.ElementCount);
        return shifted.Reshape(spec.Shape);
    }

    private void AddCall()
    {
        Item x = Any(Width), y = Any(Width);
        switch (_random.Next(12))
        {
            case 0:
                Take(_graph.RmsNorm(x.Value, OrNone(_weight), 1e-5f, _random.Next(3) == 0 ? 8 : (int?)null), Width);
                break;
            case 1:
                Take(_graph.Add(x.Value, y.Value), Width);
                break;
            case 2:
                Take(_graph.AddMaybeInplace(x.Value, y.Value), Width);
                GiveAway(x);
                break;
            case 3:
                (GraphValue normed, GraphValue sum) = _graph.FusedAddRmsNorm(x.Value, y.Value, OrNone(_weight), 1e-5f);
                Take(normed, Width);
                Take(sum, Width);
                break;
            case 4 or 5:
                (normed, sum) = _graph.FusedAddRmsNormMaybeInplace(x.Value, y.Value, OrNone(_weight), 1e-5f);
                Take(normed, Width);
                Take(sum, Width);
                GiveAway(x);
                GiveAway(y);
                break;
            case 6:
                Take(_graph.Linear(x.Value, _square), Width);
                break;
            case 7:
                Take(_graph.SiluAndMul(_graph.Linear(x.Value, _twice)), Width);
                break;
            case 8:
                Take(_graph.Gelu(x.Value, "tanh"), Width);
                break;
            case 9:
                Take(_graph.Clone(x.Value), Width);
                break;
            case 10:
                GraphValue heads = _graph.Reshape(x.Value, Dim.Symbol, 2, Width / 2);
                Take(_graph.Reshape(heads, Dim.Symbol, Width), Width, x.Root);
                break;
            case 11:
                Take(_graph.LastRows(x.Value, 1), Width, x.Root, isRow: true);
                break;
        }
    }

    private GraphValue? OrNone(GraphValue weight) => _random.Next(3) == 0 ? null : weight;

    // An item of all rows; there is always one, because what is given away leaves a result.
    private Item Any(int width)
    {
        Item[] fitting = [.. _items.Where(i => i.Width == width && !i.IsRow)];
        return fitting[_random.Next(fitting.Length)];
    }

    private void Take(GraphValue value, int width, int? root = null, bool isRow = false) => _items.Add(new Item(value, width, root ?? value.Index, isRow));

    private void GiveAway(Item item) => _items.RemoveAll(i => i.Root == item.Root);

    private sealed record Item(GraphValue Value, int Width, int Root, bool IsRow);
}
