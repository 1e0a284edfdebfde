using System.Globalization;
using PluginIr.Compiler.Graphs;
using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Text;

/// <summary>Reads graphs from text.</summary>
/// <remarks>
/// <code>
/// graph @two_norms(%x: bf16[T,16], %r: bf16[T,16] donated, %w: bf16[16]) where T in 1..64 {
///   %n, %s = fused_add_rms_norm(%x, %r, %w, epsilon=1e-05)       # a comment
///   return %n, %s
/// }
/// </code>
/// Tensors are given in the schema's order, other inputs by name; what has a default may be left out. <c>op.maybe_inplace(…)</c> donates,
/// <c>op[provider only](…)</c> is what lowering makes. An input may be <c>on</c> a device, <c>donated</c> and <c>unaligned</c>.
/// </remarks>
public sealed class GraphParser
{
    private readonly TextCursor _cursor;
    private readonly RegistrySnapshot _snapshot;
    private readonly Dictionary<string, int> _values = [];
    private GraphDraft _draft = new("", null);

    private GraphParser(string text, RegistrySnapshot snapshot)
    {
        _cursor = new TextCursor(text);
        _snapshot = snapshot;
    }

    /// <summary>Reads a graph and checks it.</summary>
    /// <param name="runtime">The runtime that knows the ops.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="GraphException">The text is no graph, or the graph breaks a rule; the message says where.</exception>
    public static Graph Parse(IrRuntime runtime, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        CallSlot slot = runtime.Enter(OpId.None, out Snapshot snapshot);
        try
        {
            return Parse((RegistrySnapshot)snapshot, text);
        }
        finally
        {
            slot.Leave();
        }
    }

    /// <summary>The same with a snapshot that is entered.</summary>
    internal static Graph Parse(RegistrySnapshot snapshot, string text)
    {
        Graph graph = new GraphParser(text, snapshot).ParseGraph();
        GraphChecker.Check(snapshot, graph);
        return graph;
    }

    private Graph ParseGraph()
    {
        _cursor.ExpectWord("graph");
        _cursor.Expect("@");
        SourcePosition nameAt = _cursor.Position;
        string name = _cursor.Word("the graph's name");
        if (!Names.IsIdentifier(name))
            throw new GraphException($"the name '{name}' begins with a digit; begin it with a letter.", nameAt);
        List<InputText> inputs = ParseInputs();
        _draft = new GraphDraft(name, _cursor.AcceptWord("where") ? ParseSymbol() : null);
        foreach (InputText input in inputs)
            AddInput(input);

        _cursor.Expect("{");
        while (!_cursor.AcceptWord("return"))
            ParseNode();
        do
            _draft.Outputs.Add(ParseValue());
        while (_cursor.Accept(","));
        _cursor.Expect("}");
        return _cursor.IsAtEnd ? _draft.Freeze() : throw _cursor.Error("the end");
    }

    private List<InputText> ParseInputs()
    {
        var inputs = new List<InputText>();
        _cursor.Expect("(");
        if (_cursor.Accept(")"))
            return inputs;
        do
        {
            SourcePosition position = _cursor.Position;
            _cursor.Expect("%");
            string name = _cursor.Word("an input's name");
            _cursor.Expect(":");
            string dtype = _cursor.Word("a dtype such as bf16");
            string shape = ParseShape();
            string device = _cursor.AcceptWord("on") ? _cursor.Until(",) ", "a device such as cuda or cuda:1") : "cpu";
            bool isDonated = _cursor.AcceptWord("donated"), isUnaligned = _cursor.AcceptWord("unaligned");
            inputs.Add(new InputText(name, dtype, shape, device, isDonated, isUnaligned, position));
        }
        while (_cursor.Accept(","));
        _cursor.Expect(")");
        return inputs;
    }

    // Left as text, because its symbol is declared after the inputs.
    private string ParseShape()
    {
        var sizes = new List<string>();
        _cursor.Expect("[");
        if (_cursor.Accept("]"))
            return "[]";
        do
            sizes.Add(_cursor.Until(",]", "a size"));
        while (_cursor.Accept(","));
        _cursor.Expect("]");
        return $"[{string.Join(",", sizes)}]";
    }

    private Symbol ParseSymbol()
    {
        SourcePosition position = _cursor.Position;
        string name = _cursor.Word("the symbol's name");
        _cursor.ExpectWord("in");
        long min = ParseNumber();
        _cursor.Expect("..");
        long max = ParseNumber();
        return At(position, () => new Symbol(name, min, max));
    }

    private long ParseNumber()
    {
        SourcePosition position = _cursor.Position;
        string digits = _cursor.Word("a number");
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new GraphException($"expected a number, found '{digits}'.", position);
    }

    private void AddInput(InputText input)
    {
        SymbolicSpec spec = At(input.Position, () =>
        {
            if (!DTypeExtensions.TryParse(input.DType, out DType dtype))
                throw new GraphException($"'{input.DType}' is not a dtype; expected the like of bf16, f32 or i64.");
            var parsed = new SymbolicSpec(dtype, ShapeText.Parse(input.Shape, _draft.Symbol));
            foreach (long size in _draft.Symbol?.ShapeSizes ?? [0])
                parsed.At(size);
            return parsed;
        });
        int value = AddValue(input.Name, spec, At(input.Position, () => DeviceText.Parse(input.Device, _snapshot)), input.Position);
        _draft.Inputs.Add(new GraphInput(value, input.IsDonated, input.IsUnaligned));
    }

    private void ParseNode()
    {
        SourcePosition position = _cursor.Position;
        var names = new List<(string Name, SourcePosition Position)>();
        do
        {
            SourcePosition at = _cursor.Position;
            _cursor.Expect("%");
            names.Add((_cursor.Word("a result's name"), at));
        }
        while (_cursor.Accept(","));
        _cursor.Expect("=");
        SourcePosition opAt = _cursor.Position;
        string opName = _cursor.Word("an op's name");
        GraphOp op = At(opAt, () => CallInference.Find(_snapshot, opName));
        bool isDonating = _cursor.Accept(".");
        if (isDonating)
            _cursor.ExpectWord("maybe_inplace");
        KernelChoice? kernel = _cursor.Accept("[") ? ParseKernel() : null;
        if (names.Count != op.Schema.Outputs.Count)
            throw new GraphException($"{op.Name} has {op.Schema.Outputs.Count} results; found {names.Count} names.", position);

        (int[] operands, AttributeValue[] attributes) = ParseArguments(op);
        ValueInfo?[] inputs = [.. operands.Select(o => o < 0 ? (ValueInfo?)null : _draft.Values[o])];
        (SymbolicSpec[] specs, Device device) = At(opAt, () => CallInference.Infer(_snapshot, op, inputs, attributes, _draft.Symbol));
        int[] results = [.. names.Select((n, i) => AddValue(n.Name, specs[i], device, n.Position))];
        _draft.Nodes.Add(new DraftNode
        {
            Op = op,
            Operands = operands,
            Attributes = attributes,
            Results = results,
            IsDonating = isDonating,
            Kernel = kernel,
            Position = opAt,
        });
    }

    private KernelChoice ParseKernel()
    {
        SourcePosition position = _cursor.Position;
        string provider = _cursor.Word("a provider's name");
        if (!Names.IsProvider(provider))
            throw new GraphException($"the provider '{provider}' must match [a-z_][a-z_0-9]*.", position);
        Inplace mode = _cursor.AcceptWord("only") ? Inplace.Only : _cursor.AcceptWord("may") ? Inplace.May : Inplace.Never;
        _cursor.Expect("]");
        return new KernelChoice(provider, mode);
    }

    private (int[] Operands, AttributeValue[] Attributes) ParseArguments(GraphOp op)
    {
        SchemaParameter[] tensors = [.. op.Schema.Tensors], others = [.. op.Schema.Attributes];
        var operands = new List<int>();
        var attributes = new AttributeValue?[others.Length];
        SourcePosition position = _cursor.Position;
        _cursor.Expect("(");
        for (bool isFirst = true; !_cursor.Accept(")"); isFirst = false)
        {
            if (!isFirst)
                _cursor.Expect(",");
            SourcePosition at = _cursor.Position;
            if (_cursor.Accept("%"))
                operands.Add(Used(_cursor.Word("a value's name"), at));
            else if (_cursor.Word("a value, None, or an attribute by name") is var word && word == "None")
                operands.Add(-1);
            else
                ParseAttribute(op, others, attributes, word, at);
            if (operands.Count > tensors.Length)
                throw new GraphException($"{op.Name} takes {tensors.Length} tensors; this is one more.", at);
        }

        while (operands.Count < tensors.Length)
            operands.Add(-1);
        for (int i = 0; i < others.Length; i++)
        {
            attributes[i] ??= others[i].DefaultText is { } text
                ? AttributeValue.Parse(text, others[i])
                : throw new GraphException($"{op.Name}: '{others[i].Name}' has no default; give it, as in {others[i].Name}=….", position);
        }

        return ([.. operands], [.. attributes.Select(a => a!.Value)]);
    }

    private void ParseAttribute(GraphOp op, SchemaParameter[] known, AttributeValue?[] values, string name, SourcePosition position)
    {
        int index = Array.FindIndex(known, p => p.Name == name);
        if (index < 0)
            throw new GraphException($"{op.Name} has no attribute '{name}'.{NearestName.Hint(name, known.Select(p => p.Name))}", position);
        if (values[index] is not null)
            throw new GraphException($"'{name}' is given twice.", position);
        _cursor.Expect("=");
        SourcePosition at = _cursor.Position;
        string text = _cursor.Until(",)", $"a value for '{known[index]}'");
        try
        {
            values[index] = AttributeValue.Parse(text, known[index]);
        }
        catch (FormatException bad)
        {
            throw new GraphException(bad.Message, at, bad);
        }
    }

    private int ParseValue()
    {
        SourcePosition at = _cursor.Position;
        _cursor.Expect("%");
        return Used(_cursor.Word("a value's name"), at);
    }

    private int Used(string name, SourcePosition position) => _values.TryGetValue(name, out int value)
        ? value
        : throw new GraphException($"%{name} is not defined before this.{NearestName.Hint(name, _values.Keys)}", position);

    private int AddValue(string name, SymbolicSpec spec, Device device, SourcePosition position)
    {
        int value = _draft.AddValue(name, spec, device);
        if (!_values.TryAdd(name, value))
            throw new GraphException($"%{name} is defined twice; give each value a name of its own.", position);
        GraphChecker.CheckDevice(_draft.Values[value], _draft.Values[0], position);
        return value;
    }

    private static T At<T>(SourcePosition position, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (GraphException bad) when (bad.Position == default)
        {
            throw new GraphException(bad.Problem, position, bad);
        }
    }

    private sealed record InputText(string Name, string DType, string Shape, string Device, bool IsDonated, bool IsUnaligned, SourcePosition Position);
}
