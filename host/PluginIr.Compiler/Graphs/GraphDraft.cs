namespace PluginIr.Compiler.Graphs;

/// <summary>A graph that can be changed: what builders and passes work on.</summary>
internal sealed class GraphDraft(string name, Symbol? symbol)
{
    private readonly HashSet<string> _names = [];

    public string Name { get; } = name;

    public Symbol? Symbol { get; } = symbol;

    /// <summary>All tensors; those that nothing refers to any more go when the draft is written down.</summary>
    public List<ValueInfo> Values { get; } = [];

    public List<GraphInput> Inputs { get; } = [];

    public List<DraftNode> Nodes { get; private set; } = [];

    public List<int> Outputs { get; } = [];

    /// <summary>The graph as a draft.</summary>
    public static GraphDraft Of(Graph graph)
    {
        var draft = new GraphDraft(graph.Name, graph.Symbol);
        foreach (ValueInfo value in graph.Values)
        {
            draft.Values.Add(value);
            draft._names.Add(value.Name);
        }

        draft.Inputs.AddRange(graph.Inputs);
        draft.Outputs.AddRange(graph.Outputs);
        foreach (ref readonly Node node in graph.Nodes)
        {
            draft.Nodes.Add(new DraftNode
            {
                Op = graph.OpOf(node),
                Operands = graph.OperandsOf(node).ToArray(),
                Attributes = graph.AttributesOf(node).ToArray(),
                Results = graph.ResultsOf(node).ToArray(),
                IsDonating = node.IsDonating,
                Kernel = graph.KernelOf(node),
                Position = node.Position,
            });
        }

        return draft;
    }

    /// <summary>Adds a value under a name that no other has: the one asked for or, when that is taken, one like it.</summary>
    /// <returns>The value's number.</returns>
    public int AddValue(string name, SymbolicSpec spec, Device device)
    {
        string free = name;
        for (int i = 2; !_names.Add(free); i++)
            free = $"{name}_{i}";
        Values.Add(new ValueInfo(free, spec, device));
        return Values.Count - 1;
    }

    /// <summary>True when a value has this name.</summary>
    public bool HasValue(string name) => _names.Contains(name);

    /// <summary>Gives a value another name.</summary>
    public void Rename(int value, string name)
    {
        _names.Remove(Values[value].Name);
        _names.Add(name);
        Values[value] = Values[value] with { Name = name };
    }

    /// <summary>Puts other nodes in the place of all.</summary>
    public void SetNodes(List<DraftNode> nodes) => Nodes = nodes;

    /// <summary>Puts one value in the place of another wherever it is used.</summary>
    public void ReplaceUses(int value, int replacement) => ReplaceUses(used => used == value ? replacement : used);

    /// <summary>Puts values in the place of others wherever they are used.</summary>
    public void ReplaceUses(Func<int, int> replacement)
    {
        foreach (DraftNode node in Nodes)
        {
            foreach (ref int operand in node.Operands.AsSpan())
                operand = operand < 0 ? operand : replacement(operand);
        }

        for (int i = 0; i < Outputs.Count; i++)
            Outputs[i] = replacement(Outputs[i]);
    }

    /// <summary>Writes the draft down. Values are numbered anew, in the order of their definition.</summary>
    public Graph Freeze()
    {
        var tables = new GraphTables { Name = Name, Symbol = Symbol };
        int[] numbers = new int[Values.Count];
        Array.Fill(numbers, -1);
        foreach (GraphInput input in Inputs)
            tables.Inputs.Add(input with { Value = Define(input.Value) });

        var ops = new Dictionary<string, int>();
        var kernels = new Dictionary<KernelChoice, int>();
        foreach (DraftNode node in Nodes)
        {
            int operands = tables.Operands.Count, attributes = tables.Attributes.Count, results = tables.Results.Count;
            tables.Operands.AddRange(node.Operands.Select(Used));
            tables.Attributes.AddRange(node.Attributes);
            tables.Results.AddRange(node.Results.Select(Define));
            int kernel = node.Kernel is null ? -1 : Intern(kernels, node.Kernel, node.Kernel, tables.Kernels);
            tables.Nodes.Add(new Node(
                Intern(ops, node.Op.Schema.Text, node.Op, tables.Ops), operands, attributes, results, node.IsDonating, kernel, node.Position));
        }

        tables.Outputs.AddRange(Outputs.Select(Used));
        return new Graph(tables);

        int Define(int value)
        {
            tables.Values.Add(Values[value]);
            return numbers[value] = tables.Values.Count - 1;
        }

        int Used(int value) => value < 0 ? -1
            : numbers[value] >= 0 ? numbers[value]
            : throw new GraphException($"%{Values[value].Name} is used before it is defined.");
    }

    private static int Intern<TKey, T>(Dictionary<TKey, int> numbers, TKey key, T item, List<T> items) where TKey : notnull
    {
        if (!numbers.TryGetValue(key, out int number))
        {
            numbers.Add(key, number = items.Count);
            items.Add(item);
        }

        return number;
    }
}
