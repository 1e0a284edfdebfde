using PluginIr.Dispatch;
using PluginIr.Graphs;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Graphs;

/// <summary>Builds a graph with calls that look like eager ones: <c>GraphValue y = graph.RmsNorm(x, weight, 1e-6f)</c>.</summary>
/// <remarks>Each call is checked, and its outputs' dtypes, shapes and device inferred, as it is added. For one thread.</remarks>
public sealed class GraphBuilder : IrGraphBuilder
{
    private readonly IrRuntime _runtime;
    private readonly GraphDraft _draft;

    /// <summary>Begins a graph.</summary>
    /// <param name="runtime">The runtime that knows the ops.</param>
    /// <param name="name">The graph's name: letters, digits and underscores.</param>
    /// <param name="symbol">The size that is only known when the graph runs; null for none.</param>
    /// <exception cref="GraphException">The name is not one.</exception>
    public GraphBuilder(IrRuntime runtime, string name, Symbol? symbol = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (!Names.IsIdentifier(name))
            throw new GraphException($"The graph '{name}' must be named by letters, digits and underscores, no digit first.");
        _runtime = runtime;
        _draft = new GraphDraft(name, symbol);
    }

    /// <summary>Adds an input on the host.</summary>
    /// <param name="name">Its name: letters, digits and underscores.</param>
    /// <param name="dtype">Its dtype.</param>
    /// <param name="shape">Its sizes; <see cref="Dim.Symbol"/> for the graph's symbol.</param>
    public GraphValue Input(string name, DType dtype, params ReadOnlySpan<Dim> shape) => Input(name, new SymbolicSpec(dtype, shape));

    /// <summary>Adds an input.</summary>
    /// <param name="name">Its name: letters, digits and underscores.</param>
    /// <param name="spec">Its dtype and shape.</param>
    /// <param name="device">Where it is.</param>
    /// <param name="isDonated">True when the graph may write over it.</param>
    /// <param name="isUnaligned">True when its address need not be a multiple of 64 bytes.</param>
    /// <exception cref="GraphException">
    /// The name is taken or is none; the spec is symbolic in a graph without symbol, falls as its symbol grows, or is no tensor.
    /// </exception>
    public GraphValue Input(string name, SymbolicSpec spec, Device device = default, bool isDonated = false, bool isUnaligned = false)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!Names.IsValue(name) || _draft.HasValue(name))
            throw new GraphException($"The input '%{name}' must have a name of its own, of letters, digits and underscores.");
        if (spec.IsSymbolic && _draft.Symbol is null)
            throw new GraphException($"The input '%{name}' has a size that is only known when the graph runs; give the graph a symbol.");
        if (spec.Shape.ToArray().FirstOrDefault(d => d.Factor < 0) is { IsSymbolic: true } falling)
        {
            throw new GraphException(
                $"The input '%{name}' has the size {falling.ToText(_draft.Symbol!.Name)}, which graph text cannot say; " +
                "the symbol's factor must be 1 or more, as in 2*T+3.");
        }

        foreach (long size in _draft.Symbol?.ShapeSizes ?? [0])
            spec.At(size);
        int value = _draft.AddValue(name, spec, device);
        _draft.Inputs.Add(new GraphInput(value, isDonated, isUnaligned));
        return new GraphValue(this, value);
    }

    /// <summary>Adds a copy, in memory of its own.</summary>
    public GraphValue Clone(GraphValue x) => Add(StructuralOps.Clone, false, [x], [])[0];

    /// <summary>Adds a view of the same elements in another shape.</summary>
    public GraphValue Reshape(GraphValue x, params ReadOnlySpan<Dim> shape) =>
        Add(StructuralOps.Reshape, false, [x], [Text.ShapeText.Print(shape, _draft.Symbol?.Name ?? "n")])[0];

    /// <summary>Adds a view of the last entries of the first dimension.</summary>
    public GraphValue LastRows(GraphValue x, int count) => Add(StructuralOps.LastRows, false, [x], [count])[0];

    /// <summary>Gives a value a name for text, reports and executors.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The name: letters, digits and underscores.</param>
    /// <returns>The value.</returns>
    /// <exception cref="GraphException">Another value has the name, or it is none.</exception>
    public GraphValue Named(GraphValue value, string name)
    {
        int index = Own(value);
        if (_draft.Values[index].Name != name)
        {
            if (!Names.IsValue(name) || _draft.HasValue(name))
                throw new GraphException($"'%{name}' must be a name of its own, of letters, digits and underscores.");
            _draft.Rename(index, name);
        }

        return value;
    }

    /// <inheritdoc/>
    public override GraphValue[] Call(
        string schema, bool isDonating, ReadOnlySpan<GraphValue?> inputs, ReadOnlySpan<GraphAttribute> attributes)
    {
        OpSchema called = OpSchema.Parse(schema);
        CallSlot slot = _runtime.Enter(OpId.None, out Snapshot snapshot);
        try
        {
            GraphOp op = CallInference.Find((RegistrySnapshot)snapshot, called.Name);
            if (op.Schema.Text != called.Text)
                throw new GraphException($"The caller was built for '{called}'; registered is '{op.Schema}'. Build it against the same declaration.");
            return Add(op, isDonating, inputs, Values(op, attributes), (RegistrySnapshot)snapshot);
        }
        finally
        {
            slot.Leave();
        }
    }

    /// <summary>The graph, checked.</summary>
    /// <param name="outputs">What it returns, in order.</param>
    /// <exception cref="GraphException">It breaks a rule, such as using what was donated, or returns nothing.</exception>
    public Graph Build(params ReadOnlySpan<GraphValue> outputs)
    {
        if (outputs.IsEmpty)
            throw new GraphException($"The graph {_draft.Name} returns nothing; give Build what it is to return.");
        GraphDraft draft = GraphDraft.Of(_draft.Freeze());
        foreach (GraphValue output in outputs)
            draft.Outputs.Add(NumberOf(draft, _draft.Values[Own(output)].Name));
        Graph graph = draft.Freeze();
        GraphChecker.Check(_runtime, graph);
        return graph;
    }

    private static int NumberOf(GraphDraft draft, string name) => draft.Values.FindIndex(v => v.Name == name);

    private static AttributeValue[] Values(GraphOp op, ReadOnlySpan<GraphAttribute> attributes)
    {
        var values = new AttributeValue[attributes.Length];
        int index = 0;
        foreach (SchemaParameter parameter in op.Schema.Attributes)
        {
            GraphAttribute attribute = attributes[index];
            if (attribute.Variable is { } variable)
                throw new GraphException($"{op.Name}: '{parameter.Name}' is the variable '{variable}', which has a value in fusions only.");
            values[index++] = attribute.IsGiven ? attribute.Value
                : parameter.DefaultText is { } text ? AttributeValue.Parse(text, parameter)
                : throw new GraphException($"{op.Name}: '{parameter.Name}' has no default; give a value.");
        }

        return values;
    }

    private GraphValue[] Add(GraphOp op, bool isDonating, ReadOnlySpan<GraphValue?> inputs, AttributeValue[] attributes, RegistrySnapshot? snapshot = null)
    {
        int[] operands = new int[inputs.Length];
        var infos = new ValueInfo?[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            operands[i] = inputs[i] is { } input ? Own(input) : -1;
            infos[i] = operands[i] < 0 ? null : _draft.Values[operands[i]];
        }

        (SymbolicSpec[] specs, Device device) = CallInference.Infer(snapshot ?? _runtime.Registry, op, infos, attributes, _draft.Symbol);
        RequireQuotable(op, attributes);
        int[] results = [.. specs.Select(spec => _draft.AddValue($"v{_draft.Values.Count}", spec, device))];
        _draft.Nodes.Add(new DraftNode { Op = op, Operands = operands, Attributes = attributes, Results = results, IsDonating = isDonating });
        return [.. results.Select(r => new GraphValue(this, r))];
    }

    // Text stands in quotes on one line, and nothing in it is escaped.
    private static void RequireQuotable(GraphOp op, AttributeValue[] attributes)
    {
        int index = 0;
        foreach (SchemaParameter parameter in op.Schema.Attributes)
        {
            AttributeValue value = attributes[index++];
            if (parameter.Kind == ParameterKind.Str && value.StrOrNone.AsSpan().ContainsAny('"', '\n'))
                throw new GraphException($"{op.Name}: '{parameter.Name}' must hold neither a quote nor a new line, which graph text cannot say; found {value}.");
        }
    }

    private int Own(GraphValue value) => ReferenceEquals(value.Graph, this)
        ? value.Index
        : throw new GraphException("A value of another graph was given; every value belongs to the builder that made it.");
}
