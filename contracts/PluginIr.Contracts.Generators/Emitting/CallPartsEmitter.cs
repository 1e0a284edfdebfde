using System.Collections.Generic;
using System.Linq;
using static PluginIr.Generators.Emitting.OpCode;

namespace PluginIr.Generators.Emitting;

/// <summary>Writes what an op's typed calls share: traits, selection, the call through the pointer, and the cold paths.</summary>
internal static class CallPartsEmitter
{
    private const string Dispatch = "global::PluginIr.Dispatch";
    private const string Inline = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]";
    private const string OutOfLine = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]";

    public static void Write(CallNames names, CodeWriter code)
    {
        WriteInputTraits(names, code);
        code.Line();
        WriteSelect(names, code);
        code.Line();
        WriteSupports(names, code);
        code.Line();
        WriteNoticed(names, code);
        code.Line();
        WriteNoKernel(names, code);
        code.Line();
        WriteInvoke(names, code);
    }

    private static void WriteInputTraits(CallNames names, CodeWriter code)
    {
        code.Line(Inline);
        code.Open($"private static {Dispatch}.CallTraits InputTraits({Commas(CallChecksCode.TraitInputs(names).Select(t => $"{t.ValueType} {t.Name}"))})");
        WriteOr($"{Dispatch}.CallTraits {names.Traits} =", CallChecksCode.AllTraits(names), code);
        WriteOr("return", CallChecksCode.InputTraits(names, names.Traits), code);
        code.Close();
    }

    private static void WriteOr(string start, IEnumerable<string> traits, CodeWriter code)
    {
        List<string> lines = [.. traits.Select((t, i) => i == 0 ? t : "| " + t)];
        lines[lines.Count - 1] += ";";
        if (lines.Count == 1)
            code.Line($"{start} {lines[0]}");
        else
            code.Continued($"{start} {lines[0]}", lines.Skip(1));
    }

    // Most calls go to the first row. It is tried without a loop, whose variables would live across the predicate's call.
    private static void WriteSelect(CallNames names, CodeWriter code)
    {
        string parameters =
            $"{Dispatch}.IrDispatcher {names.Ir}, {Dispatch}.CallSlot {names.Slot}, {Dispatch}.Snapshot {names.Snapshot}, " +
            $"{Dispatch}.CallTraits {names.Traits}, {Commas(names.Inputs.Select(i => $"{i.ValueType} {i.Name}"))}";
        string arguments = $"s_op, {names.First.Name}.Device.Kind";
        code.Line(Inline);
        code.Open($"private static ref readonly {Dispatch}.KernelRow Select({parameters})");
        code.Line($"ref readonly {Dispatch}.KernelRow {names.Row} = ref {names.Snapshot}.FirstRowOf({arguments});");
        code.Open($"if ({Takes(names)})");
        WriteTaken(names, code);
        code.Close();
        code.Line();
        code.Line(
            $"return ref SelectFurther({Commas([names.Ir, names.Slot, names.Snapshot, names.Traits, .. names.Inputs.Select(i => i.Name)])});");
        code.Close();
        code.Line();
        code.Line(OutOfLine);
        code.Open($"private static ref readonly {Dispatch}.KernelRow SelectFurther({parameters})");
        code.Line($"global::System.ReadOnlySpan<{Dispatch}.KernelRow> {names.Rows} = {names.Snapshot}.RowsOf({arguments});");
        code.Open($"for (int {names.Index} = 1; {names.Index} < {names.Rows}.Length; {names.Index}++)");
        code.Line($"ref readonly {Dispatch}.KernelRow {names.Row} = ref {names.Rows}[{names.Index}];");
        code.Open($"if ({Takes(names)})");
        WriteTaken(names, code);
        code.Close();
        code.Close();
        code.Line();
        code.Line($"throw NoKernel({names.Ir}, {names.Snapshot}, {names.Traits}, {names.First.Name}.Device.Kind, {names.SpecArguments});");
        code.Close();
    }

    private static string Takes(CallNames names) =>
        $"({names.Traits} & ~{names.Row}.Accepts) == 0 && ({names.Row}.SupportsArgs == 0 " +
        $"|| Supports(in {names.Row}, {names.Slot}, {Commas(names.Inputs.Select(i => i.Name))}))";

    // What a predicate throws is its kernel's fault; what goes wrong between predicate and kernel, as allocating may, is not.
    private static void WriteSupports(CallNames names, CodeWriter code)
    {
        code.Line(Inline);
        code.Open(
            $"private static bool Supports(in {Dispatch}.KernelRow {names.Row}, {Dispatch}.CallSlot {names.Slot}, " +
            $"{Commas(names.Inputs.Select(i => $"{i.ValueType} {i.Name}"))})");
        code.Line($"{names.Slot}.Kernel = {names.Row}.Kernel;");
        code.Line($"bool {names.Supports} = (({names.Code.PredicateType}){names.Row}.SupportsArgs)({names.SpecArguments});");
        code.Line($"{names.Slot}.Kernel = -1;");
        code.Line($"return {names.Supports};");
        code.Close();
    }

    private static void WriteTaken(CallNames names, CodeWriter code)
    {
        code.Continued(
            $"if ({names.Slot}.Observer is not null || {names.Row}.IsFallback)",
            $"Noticed({names.Ir}, {names.Slot}, {names.Snapshot}, in {names.Row}, {names.Traits}, {names.SpecArguments});");
        code.Line($"return ref {names.Row};");
    }

    private static void WriteNoticed(CallNames names, CodeWriter code)
    {
        code.Line(OutOfLine);
        code.Open(
            $"private static void Noticed({Dispatch}.IrDispatcher {names.Ir}, {Dispatch}.CallSlot {names.Slot}, {Dispatch}.Snapshot {names.Snapshot}, " +
            $"in {Dispatch}.KernelRow {names.Row}, {Dispatch}.CallTraits {names.Traits}, {names.Code.SpecParameters})");
        code.Line($"var {names.Arguments} = new {Dispatch}.SpecArguments({names.SpecLists});");
        code.Line($"{names.Slot}.Observer?.OnCall({names.Snapshot}, s_op, {names.Row}.Kernel, {names.Traits}, in {names.Arguments});");
        code.Continued(
            $"if ({names.Row}.IsFallback)",
            $"{names.Ir}.OnFallback({names.Snapshot}, s_op, {names.Row}.Kernel, {names.Traits}, in {names.Arguments});");
        code.Close();
    }

    private static void WriteNoKernel(CallNames names, CodeWriter code)
    {
        code.Line(OutOfLine);
        code.Continued(
            $"private static global::System.Exception NoKernel({Dispatch}.IrDispatcher {names.Ir}, {Dispatch}.Snapshot {names.Snapshot}, " +
            $"{Dispatch}.CallTraits {names.Traits}, global::PluginIr.DeviceKind {names.Device}, {names.Code.SpecParameters}) =>",
            $"{names.Ir}.NoKernel({names.Snapshot}, s_name, s_op, {names.Device}, {names.Traits}, new {Dispatch}.SpecArguments({names.SpecLists}));");
    }

    // Kernels work on addresses, so the collector does not see that the tensors, and with them their memory, are still in use.
    private static void WriteInvoke(CallNames names, CodeWriter code)
    {
        List<string> outputs = [.. names.Outputs.Select(o => o.Name)];
        code.Line(Inline);
        code.Open(
            $"private static void Invoke(in {Dispatch}.KernelRow {names.Row}, {Dispatch}.CallSlot {names.Slot}, " +
            $"{Commas([.. names.Inputs.Select(i => $"{i.ValueType} {i.Name}"), .. outputs.Select(o => $"global::PluginIr.Tensor {o}")])})");
        code.Line($"{names.Slot}.Kernel = {names.Row}.Kernel;");
        code.Line(
            $"(({names.Code.EntryType}){names.Row}.Entry)({Commas([$"{names.Slot}.Context", .. names.Inputs.Select(i => i.Name), .. outputs])});");
        foreach (string tensor in names.Tensors.Select(t => t.Name).Concat(outputs))
            code.Line($"global::System.GC.KeepAlive({tensor});");
        code.Close();
    }
}
