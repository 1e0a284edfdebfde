using System;
using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;
using static PluginIr.Generators.Emitting.OpCode;

namespace PluginIr.Generators.Emitting;

/// <summary>Writes an op's typed calls: functional, donating, and into the caller's memory.</summary>
/// <remarks>
/// A call allocates nothing but its outputs. What it shares with its siblings is in small inlined methods, and what holds spans of
/// arguments is out of line, so that the frame of a call that goes well stays small.
/// </remarks>
internal static class CallsEmitter
{
    private const string Tensor = "global::PluginIr.Tensor";

    public static string Emit(OpModel op)
    {
        var names = new CallNames(op);
        var code = new CodeWriter();
        code.NamespaceOf(op.Class);
        code.Line($"/// <summary>Typed calls of <c>{names.Code.Schema.Name}</c>.</summary>");
        code.Open($"{(op.Class.IsPublic ? "public" : "internal")} static unsafe class {op.Class.Name.TrimStart('@')}Calls");
        // No op's method has an underscore inside its name.
        code.Line($"private const string s_name = {Literals.Text(names.Code.Schema.Name)};");
        code.Line($"private static readonly int s_op = global::PluginIr.Dispatch.OpId.Intern({Literals.Text(op.Schema)});");
        code.Line();
        WriteFunctional(names, code);
        if (op.AllowInplace)
        {
            code.Line();
            WriteMaybeInplace(names, code);
        }

        code.Line();
        WriteInto(names, code);
        code.Line();
        CallPartsEmitter.Write(names, code);
        code.Close();
        code.Line();
        GraphCallsEmitter.Write(names, code);
        return code.ToString();
    }

    private static void WriteFunctional(CallNames names, CodeWriter code)
    {
        CallDocs.WriteFunctional(names, code);
        code.Open($"public static {ReturnType(names)} {names.Code.Names.Method}({Parameters(names, names.Inputs.Select(Parameter))})");
        OpenCall(names, [], code);
        foreach (CallOutput output in names.Outputs)
            code.Line($"{Tensor} {output.Name} = {Allocate(names, output)};");
        WriteWorkingInputs(names, _ => null, code);
        WriteInvoke(names, code);
        code.Line($"return {Results(names)};");
        CloseCall(names, code);
    }

    private static void WriteMaybeInplace(CallNames names, CodeWriter code)
    {
        CallDocs.WriteMaybeInplace(names, code);
        code.Open($"public static {ReturnType(names)} {names.Code.Names.Method}MaybeInplace({Parameters(names, names.Inputs.Select(Parameter))})");
        OpenCall(names, [], code);
        List<string> tests = [.. names.Activations.SelectMany(activation => names.Tensors
            .Where(other => other != activation)
            .Select(other => other.Name)
            .DefaultIfEmpty("null")
            .Select(other => $"&& {CallChecksCode.CanDonate(activation, other)}"))];
        tests[tests.Count - 1] += ";";
        code.Continued($"bool {names.CanDonate} = {names.Row}.Inplace != global::PluginIr.Inplace.Never", tests);
        foreach (CallOutput output in names.Outputs)
        {
            string activation = output.Activation!.Name;
            code.Continued(
                $"{Tensor} {output.Name} = {names.CanDonate} && {output.Spec}.Equals({activation}.Spec)",
                $"? {activation}", $": {Allocate(names, output)};");
        }

        WriteWorkingInputs(names, output => $"!ReferenceEquals({output.Name}, {output.Activation!.Name})", code);
        WriteInvoke(names, code);
        code.Line($"return {Results(names)};");
        CloseCall(names, code);
    }

    private static void WriteInto(CallNames names, CodeWriter code)
    {
        CallDocs.WriteInto(names, code);
        IEnumerable<string> parameters =
        [
            .. names.Inputs.Where(i => i.Parameter.DefaultText is null).Select(Parameter),
            .. names.Outputs.Select(o => $"{Tensor} {o.Name}"),
            .. names.Inputs.Where(i => i.Parameter.DefaultText is not null).Select(Parameter),
        ];
        code.Open($"public static void {names.Code.Names.Method}Into({Parameters(names, parameters)})");
        foreach (CallOutput output in names.Outputs)
            code.Line($"global::PluginIr.Dispatch.CallChecks.Required(s_name, {Literals.Text(output.Name)}, {output.Name});");
        OpenCall(names, CallChecksCode.OutputTraits(names), code, CallChecksCode.ApartChecks(names));
        WriteWorkingInputs(names, output => $"!{output.Name}.IsSameView({output.Activation!.Name})", code);
        WriteInvoke(names, code);
        CloseCall(names, code);
    }

    // Shapes and checks come before the snapshot is entered: a call that is refused leaves no trace.
    private static void OpenCall(CallNames names, IEnumerable<string> moreTraits, CodeWriter code, IEnumerable<string>? checks = null)
    {
        foreach (CallInput required in names.Tensors.Where(t => !t.Parameter.IsOptional))
            code.Line($"global::PluginIr.Dispatch.CallChecks.Required(s_name, {Literals.Text(required.Parameter.Name)}, {required.Name});");
        string infer = $"{names.Op.Class.GlobalName}.{(names.Op.IsInferPrivate ? OpEmitter.InferBridge : "Infer")}({names.SpecArguments})";
        IEnumerable<string> specs = names.Outputs.Select(o => $"global::PluginIr.TensorSpec {o.Spec}");
        code.Line($"{(names.Outputs.Count == 1 ? specs.First() : $"({Commas(specs)})")} = {infer};");
        List<string> traits = [$"InputTraits({Commas(CallChecksCode.TraitInputs(names).Select(t => t.Name))})", .. moreTraits.Select(t => "| " + t)];
        traits[traits.Count - 1] += ";";
        code.Continued($"global::PluginIr.Dispatch.CallTraits {names.Traits} = {traits[0]}", traits.Skip(1));
        foreach (string check in checks ?? [])
            code.Line(check);
        code.Line($"global::PluginIr.Dispatch.CallSlot {names.Slot} = {names.Ir}.Enter(s_op, out global::PluginIr.Dispatch.Snapshot {names.Snapshot});");
        code.Open("try");
        code.Continued(
            $"ref readonly global::PluginIr.Dispatch.KernelRow {names.Row} = ref Select(",
            $"{Commas([names.Ir, names.Slot, names.Snapshot, names.Traits, .. names.Inputs.Select(i => i.Name)])});");
    }

    private static void CloseCall(CallNames names, CodeWriter code)
    {
        code.Close();
        code.Open($"catch (global::System.Exception {names.Failure}) when ({names.Ir}.OnFault({names.Slot}, {names.Snapshot}, {names.Failure}))");
        code.Line("throw;");
        code.Close();
        code.Open("finally");
        code.Line($"{names.Slot}.Leave();");
        code.Close();
        code.Close();
    }

    // A kernel that works in place only reads what it writes, so its activations are put where its outputs go.
    private static void WriteWorkingInputs(CallNames names, Func<CallOutput, string?> copyWhen, CodeWriter code)
    {
        if (!names.Op.AllowInplace)
            return;
        foreach (CallInput activation in names.Activations)
            code.Line($"{Tensor} {names.WorkingInputs[activation.Name]} = {activation.Name};");
        code.Open($"if ({names.Row}.Inplace == global::PluginIr.Inplace.Only)");
        foreach (CallOutput output in names.Outputs)
        {
            string copy = $"{names.Ir}.Copy({output.Activation!.Name}, {output.Name});";
            if (copyWhen(output) is { } condition)
                code.Continued($"if ({condition})", copy);
            else
                code.Line(copy);
            code.Line($"{names.WorkingInputs[output.Activation.Name]} = {output.Name};");
        }

        code.Close();
    }

    private static void WriteInvoke(CallNames names, CodeWriter code)
    {
        IEnumerable<string> inputs = names.Inputs.Select(i => i.Activation >= 0 ? names.WorkingInputs[i.Name] : i.Name);
        code.Line($"Invoke({Commas([$"in {names.Row}", names.Slot, .. inputs, .. names.Outputs.Select(o => o.Name)])});");
    }

    private static string Allocate(CallNames names, CallOutput output) => $"{names.Ir}.Allocate({output.Spec}, {names.First.Name}.Device, {names.Snapshot})";

    private static string Parameters(CallNames names, IEnumerable<string> parameters) =>
        Commas([$"this global::PluginIr.Dispatch.IrDispatcher {names.Ir}", .. parameters]);

    private static string Parameter(CallInput input) =>
        $"{input.ValueType} {input.Name}{(input.Parameter.DefaultText is null ? "" : " = " + Literals.Default(input.Parameter))}";

    private static string ReturnType(CallNames names) => names.Outputs.Count == 1
        ? Tensor
        : $"({Commas(names.Code.Names.TupleElements.Select(e => $"{Tensor} {e}"))})";

    private static string Results(CallNames names) =>
        names.Outputs.Count == 1 ? names.Outputs[0].Name : $"({Commas(names.Outputs.Select(o => o.Name))})";
}
