using System.Collections.Generic;
using System.Linq;
using PluginIr.Schemas;

namespace PluginIr.Generators.Naming;

/// <summary>The C# names that a schema gives: method, parameters, outputs, tuple elements. One place, so that all generated code agrees.</summary>
internal sealed class SchemaNames
{
    private static readonly HashSet<string> s_reservedInTuples =
        ["CompareTo", "Deconstruct", "Equals", "GetHashCode", "Rest", "ToString"];

    public SchemaNames(OpSchema schema)
    {
        Schema = schema;
        Method = Identifiers.Pascal(schema.Name);
        Inputs = [.. schema.Parameters.Select(p => Identifiers.Camel(p.Name))];
        Outputs = [.. schema.Outputs.Select(OutputName)];
        TupleElements = [.. schema.Outputs.Select(TupleElement)];
    }

    public OpSchema Schema { get; }

    /// <summary>The typed call: <c>RmsNorm</c>.</summary>
    public string Method { get; }

    /// <summary>The inputs in schema order, not escaped.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The outputs in schema order, not escaped; apart from the inputs' names.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The outputs as elements of the functional call's tuple.</summary>
    public IReadOnlyList<string> TupleElements { get; }

    /// <summary>Two schema names that are the same in C#, as <c>a_b</c> and <c>a__b</c> are; null when there are none.</summary>
    public string? Collision => Inputs.Concat(Outputs).GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key
        ?? TupleElements.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key;

    private string OutputName(string name)
    {
        string camel = name == "out" ? "output" : Identifiers.Camel(name);
        return Inputs.Contains(camel) ? camel + "Output" : camel;
    }

    // C# keeps some names of tuple elements for ValueTuple's own members.
    private static string TupleElement(string name)
    {
        string pascal = Identifiers.Pascal(name);
        bool isItem = pascal.StartsWith("Item", System.StringComparison.Ordinal) && pascal.Length > 4 && pascal.Skip(4).All(char.IsDigit);
        return isItem || s_reservedInTuples.Contains(pascal) ? pascal + "Output" : pascal;
    }
}
