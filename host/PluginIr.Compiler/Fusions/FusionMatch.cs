using PluginIr.Compiler.Graphs;
using PluginIr.Graphs;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Fusions;

/// <summary>A place in a graph where a fusion's pattern is.</summary>
internal sealed class FusionMatch
{
    private const int Unbound = int.MinValue;

    private readonly CallPattern _pattern;
    private readonly IReadOnlyDictionary<int, DraftNode> _makers;
    private readonly DraftNode?[] _nodes;
    private readonly int[] _values;
    private readonly Dictionary<string, AttributeValue> _attributes = [];

    private FusionMatch(CallPattern pattern, IReadOnlyDictionary<int, DraftNode> makers)
    {
        _pattern = pattern;
        _makers = makers;
        _nodes = new DraftNode?[pattern.Calls.Count];
        _values = new int[pattern.Values.Count];
        Array.Fill(_values, Unbound);
    }

    /// <summary>The nodes that the pattern's calls were found as, in their order.</summary>
    public IReadOnlyList<DraftNode> Nodes => _nodes!;

    /// <summary>Looks for a pattern whose last call is a node.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="last">The node.</param>
    /// <param name="makers">The node that makes each value.</param>
    /// <returns>Null when it is not there.</returns>
    public static FusionMatch? Find(CallPattern pattern, DraftNode last, IReadOnlyDictionary<int, DraftNode> makers)
    {
        var match = new FusionMatch(pattern, makers);
        return match.IsCall(pattern.Calls.Count - 1, last) && match._nodes.All(n => n is not null) && !match.ReadsItself ? match : null;
    }

    /// <summary>The graph's value that a value of the pattern was found as.</summary>
    public int Value(int patternValue) => _values[patternValue];

    /// <summary>The graph's value that a tensor variable stands for; -1 for none.</summary>
    public int Tensor(string variable)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            if (_pattern.Values[i].Variable == variable)
                return _values[i];
        }

        return -1;
    }

    /// <summary>The value of an attribute: its own, or what its variable stands for.</summary>
    public AttributeValue Attribute(GraphAttribute attribute) => attribute.Variable is { } variable ? _attributes[variable] : attribute.Value;

    // Variables stand for what is there before: one call in the place of all cannot be given what it makes itself.
    private bool ReadsItself
    {
        get
        {
            var made = _nodes.SelectMany(n => n!.Results).ToHashSet();
            return _values.Where((_, i) => _pattern.Values[i].Variable is not null).Any(made.Contains);
        }
    }

    private bool IsCall(int call, DraftNode node)
    {
        if (_nodes[call] is { } known)
            return ReferenceEquals(known, node);
        PatternCall expected = _pattern.Calls[call];
        if (node.Op.Schema.Text != expected.Schema.Text || node.IsDonating || node.Kernel is not null || _nodes.Contains(node))
            return false;
        _nodes[call] = node;
        for (int i = 0; i < expected.Results.Length; i++)
            _values[expected.Results[i]] = node.Results[i];
        for (int i = 0; i < expected.Attributes.Length; i++)
        {
            if (!IsAttribute(expected.Attributes[i], node.Attributes[i]))
                return false;
        }

        for (int i = 0; i < expected.Operands.Length; i++)
        {
            if (!IsValue(expected.Operands[i], node.Operands[i]))
                return false;
        }

        return true;
    }

    private bool IsAttribute(GraphAttribute expected, AttributeValue found)
    {
        if (expected.Variable is { } variable)
            return _attributes.TryAdd(variable, found) || _attributes[variable] == found;
        return expected.Value == found;
    }

    private bool IsValue(int expected, int found)
    {
        if (expected < 0)
            return found < 0;
        PatternValue value = _pattern.Values[expected];
        if (value.Variable is not null)
        {
            bool isNew = _values[expected] == Unbound;
            if (isNew)
                _values[expected] = found;
            return (found >= 0 || value.IsOptional) && (isNew || _values[expected] == found);
        }

        return found >= 0 && _makers.TryGetValue(found, out DraftNode? maker) && maker.Results.Length > value.Result &&
               maker.Results[value.Result] == found && IsCall(value.Call, maker);
    }
}
