using System;
using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;
using PluginIr.Schemas;

namespace PluginIr.Generators.Parsing;

/// <summary>What a static method's signature must be.</summary>
/// <param name="Returns">The types that it returns: none for void, several for a tuple.</param>
/// <param name="Parameters">Type and name of each parameter, and whether the name may be another.</param>
internal sealed record SignatureRule(IReadOnlyList<string> Returns, IReadOnlyList<(string Type, string Name, bool IsNameFree)> Parameters)
{
    public static SignatureRule Kernel(SchemaNames op) => new(
        [],
        [
            (TypeNames.KernelContext, "context", true),
            .. op.Schema.Parameters.Select((p, i) => (TypeNames.OfValue(p), op.Inputs[i], false)),
            .. op.Outputs.Select(o => (TypeNames.Tensor, o, true)),
        ]);

    public static SignatureRule Predicate(SchemaNames op) => new(["bool"], Specs(op));

    public static SignatureRule Infer(SchemaNames op) => new([.. op.Outputs.Select(_ => TypeNames.TensorSpec)], Specs(op));

    public static SignatureRule Generate { get; } = new([], [(TypeNames.InputGenerator, "generator", true)]);

    public static SignatureRule Supported { get; } = new([TypeNames.Support], []);

    public static SignatureRule Dispose { get; } = new([], []);

    public static SignatureRule Fusion { get; } = new(
        [TypeNames.GraphValue + "[]"], [(TypeNames.GraphBuilder, "graph", true), (TypeNames.FusionVariables, "variables", true)]);

    public bool IsMetBy(MethodModel method) =>
        method.IsStatic
        && !method.IsGeneric
        && method.Returns.SequenceEqual(Returns)
        && method.Parameters.Count == Parameters.Count
        && method.Parameters.Zip(Parameters, (found, expected) =>
            (expected.IsNameFree || found.Name == expected.Name) && HasType(found, expected.Type)).All(fits => fits);

    /// <summary>The signature as C# writes it, for messages.</summary>
    public string Describe(string method)
    {
        string returns = Returns.Count switch { 0 => "void", 1 => Returns[0], _ => "(" + string.Join(", ", Returns) + ")" };
        IEnumerable<string> parameters = Parameters.Select(p => TypeNames.Short(p.Type) + " " + Identifiers.Escape(p.Name));
        return $"static {TypeNames.Short(returns)} {method}({string.Join(", ", parameters)})";
    }

    /// <summary>A method's own signature, for messages.</summary>
    public static string Describe(MethodModel method)
    {
        IEnumerable<string> parameters = method.Parameters.Select(p => TypeNames.Short(p.Type) + " " + Identifiers.Escape(p.Name));
        string isStatic = method.IsStatic ? "static " : "", generic = method.IsGeneric ? "<…>" : "";
        return $"{isStatic}{TypeNames.Short(method.ReturnText)} {method.Name}{generic}({string.Join(", ", parameters)})";
    }

    /// <summary>What was found in place of a method that meets the rule, for messages.</summary>
    public static string DescribeFound(IReadOnlyList<MethodModel> methods) =>
        methods.Count == 0 ? "none" : string.Join(" and ", methods.Select(m => "'" + Describe(m) + "'"));

    private static bool HasType(ParameterModel found, string expected) =>
        found.Type == expected
        || (found.IsOblivious && expected.EndsWith("?", StringComparison.Ordinal) && found.Type == expected.Substring(0, expected.Length - 1));

    private static IReadOnlyList<(string Type, string Name, bool IsNameFree)> Specs(SchemaNames op) =>
        [.. op.Schema.Parameters.Select((p, i) => (TypeNames.OfSpec(p), op.Inputs[i], false))];
}
