using System.Globalization;
using System.Text;
using PluginIr.Compiler.Graphs;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Text;

/// <summary>Writes graphs as text. Equal graphs make equal text, and the text parses back to the graph.</summary>
/// <remarks>Left out is what reading puts back: attributes that are the schema's default, absent tensors at the end, inferred specs.</remarks>
internal static class GraphPrinter
{
    public static string Print(Graph graph)
    {
        var text = new StringBuilder();
        text.Append("graph @").Append(graph.Name).Append('(').AppendJoin(", ", graph.Inputs.ToArray().Select(i => Input(graph, i))).Append(')');
        if (graph.Symbol is { } symbol)
            text.Append(" where ").Append(symbol);
        text.Append(" {\n");
        foreach (ref readonly Node node in graph.Nodes)
            text.Append("  ").Append(Values(graph, graph.ResultsOf(node))).Append(" = ").Append(Call(graph, node)).Append('\n');
        return text.Append("  return ").Append(Values(graph, graph.Outputs)).Append("\n}\n").ToString();
    }

    /// <summary>An attribute's value, which <see cref="AttributeValue.Parse"/> reads.</summary>
    public static string Attribute(AttributeValue value, SchemaParameter parameter) =>
        parameter.Kind == ParameterKind.Float && !value.IsNone
            ? value.Float.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant()
            : value.ToString();

    private static string Input(Graph graph, GraphInput input)
    {
        ValueInfo value = graph.Values[input.Value];
        string device = value.Device.IsCpu ? "" : $" on {value.Device}";
        string flags = (input.IsDonated ? " donated" : "") + (input.IsUnaligned ? " unaligned" : "");
        return $"%{value.Name}: {value.Spec.ToText(graph.Symbol?.Name ?? "")}{device}{flags}";
    }

    private static string Call(Graph graph, in Node node)
    {
        GraphOp op = graph.OpOf(node);
        ReadOnlySpan<int> operands = graph.OperandsOf(node);
        ReadOnlySpan<AttributeValue> attributes = graph.AttributesOf(node);
        while (operands is [.., < 0])
            operands = operands[..^1];
        var arguments = new List<string>();
        foreach (int operand in operands)
            arguments.Add(operand < 0 ? "None" : $"%{graph.Values[operand].Name}");
        int index = 0;
        foreach (SchemaParameter parameter in op.Schema.Attributes)
        {
            AttributeValue value = attributes[index++];
            if (parameter.DefaultText is null || !value.Equals(AttributeValue.Parse(parameter.DefaultText, parameter)))
                arguments.Add($"{parameter.Name}={Attribute(value, parameter)}");
        }

        return $"{op.Name}{(node.IsDonating ? ".maybe_inplace" : "")}{graph.KernelOf(node)}({string.Join(", ", arguments)})";
    }

    private static string Values(Graph graph, ReadOnlySpan<int> values)
    {
        var names = new string[values.Length];
        for (int i = 0; i < names.Length; i++)
            names[i] = $"%{graph.Values[values[i]].Name}";
        return string.Join(", ", names);
    }
}
