using System.Linq;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;
using PluginIr.Schemas;
using static PluginIr.Generators.Emitting.OpCode;

namespace PluginIr.Generators.Emitting;

/// <summary>Writes the other part of an op class: its descriptor and packed entries.</summary>
/// <remarks>
/// They go inside the class, in a nested one, so that what they call may be private. All names begin with two underscores, as C# asks of generated code:
/// any other may be one of the class's own members.
/// </remarks>
internal static class OpEmitter
{
    /// <summary>The method of an op class that makes its descriptor.</summary>
    public const string Descriptor = "__CreateDescriptor";

    /// <summary>The method of an op class through which typed calls reach an <c>Infer</c> that is private.</summary>
    public const string InferBridge = "__Infer";

    private const string PackedOp = "__PackedOp";

    public static string Emit(OpModel op)
    {
        var opCode = new OpCode(op.Schema);
        var code = new CodeWriter();
        code.NamespaceOf(op.Class);
        code.Open($"partial class {op.Class.Name}");
        WriteDescriptor(op, opCode, code);
        if (op.IsInferPrivate)
        {
            code.Line();
            code.Continued(
                $"internal static {opCode.InferredType} {InferBridge}({opCode.SpecParameters}) =>", $"Infer({opCode.InputArguments});");
        }

        code.Line();
        WritePackedEntries(op, opCode, code);
        code.Close();
        return code.ToString();
    }

    private static void WriteDescriptor(OpModel op, OpCode opCode, CodeWriter code)
    {
        string self = op.Class.GlobalName, native = $"{self}.{Identifiers.Escape(op.Native)}";
        code.Line("/// <summary>The op as its assembly registers it.</summary>");
        code.Open($"internal static unsafe global::PluginIr.Registration.OpDescriptor {Descriptor}() => new()");
        code.Line($"Schema = {Literals.Text(op.Schema)},");
        code.Line($"Activations = [{Commas(op.Activations.Select(Literals.Text))}],");
        code.Line($"AllowInplace = {Literals.Bool(op.AllowInplace)},");
        code.Line($"PackedInfer = {AddressOf($"{self}.{PackedOp}.Infer", PackedInferType)},");
        code.Line($"Generate = {self}.Generate,");
        code.Line("Tolerances = new global::System.Collections.Generic.Dictionary<global::PluginIr.DType, global::PluginIr.Conformance.Tolerance>");
        code.Line("{");
        foreach (ToleranceModel tolerance in op.Tolerances)
        {
            code.Line(
                $"    [(global::PluginIr.DType){Literals.Int(tolerance.DType)}] = new({Literals.Double(tolerance.Absolute)}, {Literals.Double(tolerance.Relative)}),");
        }

        code.Line("},");
        code.Open("Native = new global::PluginIr.Registration.KernelDescriptor");
        code.Line($"Schema = {Literals.Text(op.Schema)},");
        code.Line("Provider = \"native\",");
        code.Line($"Method = {Literals.Text(op.Class.FullName + "." + op.Native)},");
        code.Line($"Entry = {AddressOf(native, opCode.EntryType)},");
        code.Line($"PackedEntry = {AddressOf($"{self}.{PackedOp}.Native", PackedEntryType)},");
        code.Line($"Inplace = global::PluginIr.Inplace.{op.NativeInplace},");
        code.Line("Strided = true,");
        code.Close(",");
        code.Close(";");
    }

    private static void WritePackedEntries(OpModel op, OpCode opCode, CodeWriter code)
    {
        OpSchema schema = opCode.Schema;
        string results = schema.Outputs.Count == 1 ? "outputs[0]" : "(" + Commas(schema.Outputs.Select((_, i) => $"outputs[{i}]")) + ")";
        code.Open($"private static class {PackedOp}");
        code.Continued(
            "public static void Infer(in global::PluginIr.Dispatch.SpecArguments arguments, global::System.Span<global::PluginIr.TensorSpec> outputs) =>",
            $"{results} = {op.Class.GlobalName}.Infer({Commas(opCode.UnpackedInputs)});");
        code.Line();
        opCode.WritePackedEntry("Native", $"{op.Class.GlobalName}.{Identifiers.Escape(op.Native)}", code);
        code.Close();
    }
}
