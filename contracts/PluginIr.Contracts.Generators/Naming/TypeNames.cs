using System;
using PluginIr.Schemas;

namespace PluginIr.Generators.Naming;

/// <summary>The C# types of schema types, with their namespaces.</summary>
internal static class TypeNames
{
    public const string Tensor = "PluginIr.Tensor";
    public const string TensorSpec = "PluginIr.TensorSpec";
    public const string KernelContext = "PluginIr.KernelContext";
    public const string InputGenerator = "PluginIr.Conformance.InputGenerator";
    public const string GraphValue = "PluginIr.Graphs.GraphValue";
    public const string GraphBuilder = "PluginIr.Graphs.IrGraphBuilder";
    public const string FusionVariables = "PluginIr.Graphs.FusionVariables";
    public const string Support = "PluginIr.Support";

    /// <summary>The type of a parameter of kernels and typed calls: <c>PluginIr.Tensor?</c>, <c>int?</c>.</summary>
    public static string OfValue(SchemaParameter parameter) => Of(parameter, Tensor);

    /// <summary>The same with a tensor's spec in place of the tensor, as predicates and shape inference take it.</summary>
    public static string OfSpec(SchemaParameter parameter) => Of(parameter, TensorSpec);

    /// <summary>As generated code writes a type, whatever is in scope there: <c>global::PluginIr.Tensor?</c>.</summary>
    public static string Global(string type) => type.StartsWith("PluginIr.", StringComparison.Ordinal) ? "global::" + type : type;

    /// <summary>As messages write a type: <c>Tensor?</c>.</summary>
    public static string Short(string type) => type.Replace("PluginIr.Conformance.", "").Replace("PluginIr.Graphs.", "").Replace("PluginIr.", "");

    /// <summary>The property of <c>AttributeValue</c> that has a parameter's value: <c>IntOrNone</c>.</summary>
    public static string ValueProperty(SchemaParameter parameter) => parameter.Kind + (parameter.IsOptional ? "OrNone" : "");

    private static string Of(SchemaParameter parameter, string tensor) => (parameter.Kind switch
    {
        ParameterKind.Tensor => tensor,
        ParameterKind.Float => "float",
        ParameterKind.Int => "int",
        ParameterKind.Bool => "bool",
        ParameterKind.DType => "PluginIr.DType",
        ParameterKind.Str => "string",
        _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter.Kind, "This kind of parameter has no C# type."),
    }) + (parameter.IsOptional ? "?" : "");
}
