using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Planning;

/// <summary>Makes a memory plan: storages, then how long each lives, then where each goes.</summary>
internal sealed class MemoryPlanner
{
    private readonly Graph _graph;
    private readonly long _size;
    private readonly TensorSpec[] _specs;
    private readonly int[] _lastUses;
    private readonly ValuePlace[] _values;
    private readonly List<StoragePlace> _storages = [];
    private int _reused;

    public MemoryPlanner(Graph graph, long size)
    {
        _graph = graph;
        _size = size;
        _specs = new TensorSpec[graph.Values.Length];
        for (int i = 0; i < _specs.Length; i++)
            _specs[i] = graph.Values[i].Spec.At(size);
        _lastUses = LastUses(graph);
        _values = new ValuePlace[_specs.Length];
    }

    public MemoryPlan Plan()
    {
        for (int i = 0; i < _graph.Inputs.Length; i++)
            Define(_graph.Inputs[i].Value, node: -1, input: i);
        for (int n = 0; n < _graph.Nodes.Length; n++)
            PlaceResults(n);
        long arenaBytes = Arrange();
        return new MemoryPlan([.. _storages], _values, arenaBytes, ValuesBytes(), _reused);
    }

    // The last node that uses each value; what the graph returns lives on past the last.
    private static int[] LastUses(Graph graph)
    {
        int[] last = new int[graph.Values.Length];
        Array.Fill(last, -1);
        for (int n = 0; n < graph.Nodes.Length; n++)
        {
            foreach (int operand in graph.OperandsOf(graph.Nodes[n]))
            {
                if (operand >= 0)
                    last[operand] = n;
            }
        }

        foreach (int output in graph.Outputs)
            last[output] = graph.Nodes.Length;
        return last;
    }

    private void PlaceResults(int n)
    {
        ref readonly Node node = ref _graph.Nodes[n];
        GraphOp op = _graph.OpOf(node);
        ReadOnlySpan<int> operands = _graph.OperandsOf(node), results = _graph.ResultsOf(node);
        Inplace inplace = _graph.KernelOf(node)?.Inplace ?? Inplace.Never;
        for (int i = 0; i < results.Length; i++)
        {
            if (op.IsView)
                Share(results[i], operands[0], op.Structure == Structure.LastRows ? _specs[operands[0]].ByteCount - _specs[results[i]].ByteCount : 0);
            else if (inplace == Inplace.Only)
                Share(results[i], operands[op.Activations[i]], 0);
            else if (inplace == Inplace.May && CanReuse(n, op.Activations[i], results[i]))
                Reuse(results[i], operands[op.Activations[i]]);
            else
                Define(results[i], n, input: -1);
        }
    }

    // What every result would take by itself, where it shares a storage too, unless it is a view. May be more than can be counted and still fit.
    private long ValuesBytes()
    {
        long bytes = 0;
        foreach (ref readonly Node node in _graph.Nodes)
        {
            if (_graph.OpOf(node).IsView)
                continue;
            foreach (int result in _graph.ResultsOf(node))
                bytes += Math.Min(Rounded(result), long.MaxValue - bytes);
        }

        return bytes;
    }

    private bool CanReuse(int n, int position, int result)
    {
        ref readonly Node node = ref _graph.Nodes[n];
        ReadOnlySpan<int> operands = _graph.OperandsOf(node);
        int activation = operands[position], storage = _values[activation].Storage;
        if (!_specs[activation].Equals(_specs[result]) || _storages[storage].LastNode > n)
            return false;
        int input = _storages[storage].Input;
        if (input >= 0 && (!_graph.Inputs[input].IsDonated || _graph.Inputs[input].IsUnaligned))
            return false;

        // A value that begins inside of its storage may be less aligned than what kernels were chosen for.
        if (_values[activation].Offset % MemoryPlan.Alignment != 0)
            return false;
        for (int i = 0; i < operands.Length; i++)
        {
            if (i != position && operands[i] >= 0 && _values[operands[i]].Storage == storage)
                return false;
        }

        return true;
    }

    private void Reuse(int result, int activation)
    {
        Share(result, activation, 0);
        _reused++;
    }

    private void Define(int value, int node, int input)
    {
        _values[value] = new ValuePlace(_storages.Count, 0);

        // A result that nobody uses is written all the same.
        _storages.Add(new StoragePlace(input, 0, Rounded(value), node, Math.Max(node, _lastUses[value])));
    }

    private void Share(int value, int with, long offset)
    {
        ValuePlace place = _values[with];
        _values[value] = new ValuePlace(place.Storage, place.Offset + offset);
        StoragePlace storage = _storages[place.Storage];
        _storages[place.Storage] = storage with { LastNode = Math.Max(storage.LastNode, _lastUses[value]) };
    }

    // Largest first, each at the lowest offset where it overlaps none that lives at the same time.
    private long Arrange()
    {
        var placed = new List<int>();
        long arena = 0;
        IEnumerable<int> inArena = Enumerable.Range(0, _storages.Count).Where(i => _storages[i].Input < 0);
        foreach (int index in inArena.OrderByDescending(i => _storages[i].Bytes).ThenBy(i => i))
        {
            StoragePlace storage = _storages[index];
            long offset = 0;
            IEnumerable<StoragePlace> beside = placed.Select(i => _storages[i])
                .Where(o => o.FirstNode <= storage.LastNode && storage.FirstNode <= o.LastNode);
            foreach (StoragePlace other in beside.OrderBy(o => o.Offset))
            {
                if (other.Offset - offset >= storage.Bytes)
                    break;
                offset = Math.Max(offset, other.Offset + other.Bytes);
            }

            if (storage.Bytes > long.MaxValue - offset)
                throw TooLarge(Array.FindIndex(_values, v => v.Storage == index));
            _storages[index] = storage with { Offset = offset };
            placed.Add(index);
            arena = Math.Max(arena, offset + storage.Bytes);
        }

        return arena;
    }

    private long Rounded(int value)
    {
        const long Rest = MemoryPlan.Alignment - 1;
        long bytes = _specs[value].ByteCount;
        return bytes <= long.MaxValue - Rest ? (bytes + Rest) & ~Rest : throw TooLarge(value);
    }

    private GraphException TooLarge(int value)
    {
        ValueInfo large = _graph.Values[value];
        (string at, string range) = _graph.Symbol is { } symbol ? ($" at {symbol.Name} = {_size}", $", or the range {symbol}") : ("", "");
        return new GraphException(
            $"%{large.Name}: with {large.Spec.ToText(_graph.Symbol?.Name ?? "")} the graph needs 2^63 bytes of memory or more{at}. " +
            $"Make its tensors smaller{range}.");
    }
}
