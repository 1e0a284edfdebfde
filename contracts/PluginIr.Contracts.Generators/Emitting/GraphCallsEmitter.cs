using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Naming;
using static PluginIr.Generators.Emitting.OpCode;

namespace PluginIr.Generators.Emitting;

/// <summary>Writes the twins of an op's typed calls that add the call to a graph instead of making it.</summary>
/// <remarks>Same names, same inputs in the same order: code that calls an op eagerly builds a graph when it is given a builder.</remarks>
internal static class GraphCallsEmitter
{
    private const string Graphs = "global::PluginIr.Graphs";

    public static void Write(CallNames names, CodeWriter code)
    {
        code.Line($"/// <summary>Calls of <c>{names.Code.Schema.Name}</c> in graphs.</summary>");
        code.Open($"{(names.Op.Class.IsPublic ? "public" : "internal")} static class {names.Op.Class.Name.TrimStart('@')}GraphCalls");
        Write(names, isDonating: false, code);
        if (names.Op.AllowInplace)
        {
            code.Line();
            Write(names, isDonating: true, code);
        }

        code.Close();
    }

    private static void Write(CallNames names, bool isDonating, CodeWriter code)
    {
        CallDocs.WriteGraph(names, isDonating, code);
        string method = names.Code.Names.Method + (isDonating ? "MaybeInplace" : "");
        IEnumerable<string> parameters = [$"this {Graphs}.IrGraphBuilder {names.Graph}", .. names.Inputs.Select(Parameter)];
        code.Open($"public static {ReturnType(names)} {method}({Commas(parameters)})");
        IEnumerable<string> attributes = names.Inputs.Where(i => !i.Parameter.IsTensor).Select(i => i.Name);
        code.Continued(
            $"{Graphs}.GraphValue[] {names.Added} = {names.Graph}.Call(",
            $"{Literals.Text(names.Op.Schema)}, {Literals.Bool(isDonating)}, [{Commas(names.Tensors.Select(t => t.Name))}], [{Commas(attributes)}]);");
        string[] outputs = [.. names.Outputs.Select((_, i) => $"{names.Added}[{i}]")];
        code.Line($"return {(outputs.Length == 1 ? outputs[0] : $"({Commas(outputs)})")};");
        code.Close();
    }

    // A default is left to the schema: what is not given is not said.
    private static string Parameter(CallInput input) => input.Parameter.IsTensor
        ? $"{Graphs}.GraphValue{(input.Parameter.IsOptional ? "?" : "")} {input.Name}{(input.Parameter.DefaultText is null ? "" : " = null")}"
        : $"{Graphs}.GraphAttribute<{input.ValueType}> {input.Name}{(input.Parameter.DefaultText is null ? "" : " = default")}";

    private static string ReturnType(CallNames names) => names.Outputs.Count == 1
        ? $"{Graphs}.GraphValue"
        : $"({Commas(names.Code.Names.TupleElements.Select(e => $"{Graphs}.GraphValue {e}"))})";
}
