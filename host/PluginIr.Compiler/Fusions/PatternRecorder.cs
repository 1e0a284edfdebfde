using PluginIr.Compiler.Graphs;
using PluginIr.Graphs;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Fusions;

/// <summary>Takes down the calls that one side of a fusion makes.</summary>
internal sealed class PatternRecorder : IrGraphBuilder
{
    private readonly List<PatternValue> _values = [];
    private readonly List<PatternCall> _calls = [];

    private PatternRecorder()
    {
    }

    /// <summary>Runs one side and takes down what it does.</summary>
    /// <exception cref="GraphException">It does what a fusion cannot.</exception>
    public static CallPattern Record(Func<IrGraphBuilder, FusionVariables, GraphValue[]> side)
    {
        var recorder = new PatternRecorder();
        GraphValue[] outputs = side(recorder, new Variables(recorder));
        return new CallPattern(recorder._values, recorder._calls, [.. outputs.Select(o => recorder.Own(o))]);
    }

    /// <inheritdoc/>
    public override GraphValue[] Call(
        string schema, bool isDonating, ReadOnlySpan<GraphValue?> inputs, ReadOnlySpan<GraphAttribute> attributes)
    {
        OpSchema op = OpSchema.Parse(schema);
        if (isDonating)
            throw new GraphException($"A fusion is made of functional calls; found {op.Name}.maybe_inplace.");
        int[] operands = new int[inputs.Length];
        for (int i = 0; i < operands.Length; i++)
            operands[i] = inputs[i] is { } input ? Own(input) : -1;
        int[] results = [.. op.Outputs.Select((_, i) => Add(new PatternValue(null, false, _calls.Count, i)))];
        _calls.Add(new PatternCall(op, operands, WithDefaults(op, attributes), results));
        return [.. results.Select(r => new GraphValue(this, r))];
    }

    private static GraphAttribute[] WithDefaults(OpSchema op, ReadOnlySpan<GraphAttribute> attributes)
    {
        GraphAttribute[] given = attributes.ToArray();
        int index = 0;
        foreach (SchemaParameter parameter in op.Attributes)
        {
            if (!given[index].IsGiven)
            {
                string text = parameter.DefaultText ?? throw new GraphException($"{op.Name}: '{parameter.Name}' has no default.");
                given[index] = GraphAttribute.Of(AttributeValue.Parse(text, parameter));
            }

            index++;
        }

        return given;
    }

    private int Add(PatternValue value)
    {
        _values.Add(value);
        return _values.Count - 1;
    }

    private GraphValue Variable(string name, bool isOptional)
    {
        int known = _values.FindIndex(v => v.Variable == name);
        return new GraphValue(this, known >= 0 ? known : Add(new PatternValue(name, isOptional, -1, 0)));
    }

    private int Own(GraphValue value) => ReferenceEquals(value.Graph, this)
        ? value.Index
        : throw new GraphException("A fusion uses the builder and the variables that it is handed, and no others.");

    private sealed class Variables(PatternRecorder recorder) : FusionVariables
    {
        public override GraphValue Tensor(string name) => recorder.Variable(name, isOptional: false);

        public override GraphValue OptionalTensor(string name) => recorder.Variable(name, isOptional: true);
    }
}
