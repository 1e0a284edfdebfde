using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Naming;
using PluginIr.Schemas;

namespace PluginIr.Generators.Emitting;

/// <summary>The pieces of C# that follow from an op's schema alone and that several files share.</summary>
internal sealed class OpCode
{
    private const string Context = "global::PluginIr.KernelContext";
    private const string Tensor = "global::PluginIr.Tensor";

    public OpCode(string schema)
    {
        Schema = OpSchema.Parse(schema);
        Names = new SchemaNames(Schema);
    }

    public OpSchema Schema { get; }

    public SchemaNames Names { get; }

    /// <summary>The type of a kernel's entry: context, inputs, outputs.</summary>
    public string EntryType => Pointer(EntryParameters, "void");

    /// <summary>The types of a kernel's parameters: context, inputs, outputs.</summary>
    public IEnumerable<string> EntryParameters => [Context, .. ValueTypes, .. Schema.Outputs.Select(_ => Tensor)];

    /// <summary>The types of a predicate's parameters.</summary>
    public IEnumerable<string> PredicateParameters => Schema.Parameters.Select(p => TypeNames.Global(TypeNames.OfSpec(p)));

    /// <summary>The type of a predicate's entry.</summary>
    public string PredicateType => Pointer(PredicateParameters, "bool");

    /// <summary>The type of a kernel's packed entry.</summary>
    public static string PackedEntryType => Pointer([Context, "in global::PluginIr.Dispatch.KernelArguments"], "void");

    /// <summary>The type of a predicate's packed entry.</summary>
    public static string PackedPredicateType => Pointer(["in global::PluginIr.Dispatch.SpecArguments"], "bool");

    /// <summary>The type of shape inference's packed entry.</summary>
    public static string PackedInferType =>
        Pointer(["in global::PluginIr.Dispatch.SpecArguments", "global::System.Span<global::PluginIr.TensorSpec>"], "void");

    /// <summary>What shape inference returns: a spec, or a tuple of them.</summary>
    public string InferredType
    {
        get
        {
            string spec = TypeNames.Global(TypeNames.TensorSpec);
            return Schema.Outputs.Count == 1 ? spec : "(" + Commas(Schema.Outputs.Select(_ => spec)) + ")";
        }
    }

    /// <summary>The inputs as parameters, with specs in place of tensors.</summary>
    public string SpecParameters =>
        Commas(Schema.Parameters.Select((p, i) => TypeNames.Global(TypeNames.OfSpec(p)) + " " + Identifiers.Escape(Names.Inputs[i])));

    /// <summary>The inputs as arguments, by their C# names.</summary>
    public string InputArguments => Commas(Names.Inputs.Select(Identifiers.Escape));

    /// <summary>The inputs as arguments, taken out of a <c>KernelArguments</c> or <c>SpecArguments</c> called <c>arguments</c>.</summary>
    public IEnumerable<string> UnpackedInputs
    {
        get
        {
            int tensors = 0, attributes = 0;
            foreach (SchemaParameter parameter in Schema.Parameters)
            {
                yield return parameter.IsTensor
                    ? $"arguments.Inputs[{tensors++}]{(parameter.IsOptional ? "" : "!")}"
                    : $"arguments.Attributes[{attributes++}].{TypeNames.ValueProperty(parameter)}";
            }
        }
    }

    /// <summary>A packed kernel, which unpacks its arguments and calls the typed one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="method">The typed kernel: a method, or a field with its address.</param>
    /// <param name="code">Where it goes.</param>
    public void WritePackedEntry(string name, string method, CodeWriter code)
    {
        IEnumerable<string> outputs = Schema.Outputs.Select((_, i) => $"arguments.Outputs[{i}]");
        code.Continued(
            $"public static void {name}({Context} context, in global::PluginIr.Dispatch.KernelArguments arguments) =>",
            $"{method}({Commas(["context", .. UnpackedInputs, .. outputs])});");
    }

    public static string Commas(IEnumerable<string> parts) => string.Join(", ", parts);

    /// <summary>The address of a static method as the number that descriptors hold.</summary>
    public static string AddressOf(string method, string type) => $"(nint)({type})&{method}";

    private IEnumerable<string> ValueTypes => Schema.Parameters.Select(p => TypeNames.Global(TypeNames.OfValue(p)));

    private static string Pointer(IEnumerable<string> parameters, string returns) => $"delegate*<{Commas([.. parameters, returns])}>";
}
