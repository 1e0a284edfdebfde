using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;
using static PluginIr.Generators.Emitting.OpCode;

namespace PluginIr.Generators.Emitting;

/// <summary>Writes the other part of a class of kernels: their registration and packed entries.</summary>
/// <remarks>
/// They go inside the class, because kernels, predicates and the class's other methods may be private. All names begin with two underscores,
/// as in <see cref="OpEmitter"/>.
/// </remarks>
internal static class ProviderEmitter
{
    public const string Register = "__RegisterKernels";
    public const string SupportBridge = "__GetSupport";
    public const string Entries = "__GetEntries";
    public const string DisposeBridge = "__Dispose";

    private const string PackedKernels = "__PackedKernels";

    public static string Emit(ProviderModel provider)
    {
        string self = provider.Class.GlobalName;
        var code = new CodeWriter();
        code.NamespaceOf(provider.Class);
        code.Open($"partial class {provider.Class.Name}");
        code.Line("/// <summary>Adds the kernels of this class.</summary>");
        code.Open($"internal static unsafe void {Register}(global::PluginIr.Registration.IKernelRegistrar registrar)");
        foreach (KernelModel kernel in provider.Kernels)
            WriteKernel(provider, kernel, code);
        code.Close();
        WriteEntries(provider, code);
        if (provider.Supported is { } supported)
        {
            code.Line();
            code.Line($"internal static global::PluginIr.Support {SupportBridge}() => {self}.{Identifiers.Escape(supported)}();");
        }

        if (provider.Dispose is { } dispose)
        {
            code.Line();
            code.Line($"internal static void {DisposeBridge}() => {self}.{Identifiers.Escape(dispose)}();");
        }

        if (provider.Kernels.Count > 0)
        {
            code.Line();
            WritePackedEntries(provider, code);
        }

        code.Close();
        return code.ToString();
    }

    private static void WriteKernel(ProviderModel provider, KernelModel kernel, CodeWriter code)
    {
        string self = provider.Class.GlobalName;
        var op = new OpCode(kernel.Schema);
        code.Open("registrar.AddKernel(new global::PluginIr.Registration.KernelDescriptor");
        code.Line($"Schema = {Literals.Text(kernel.Schema)},");
        code.Line($"Provider = {Literals.Text(provider.Name)},");
        code.Line($"Method = {Literals.Text(provider.Class.FullName + "." + kernel.Method)},");
        code.Line($"Entry = {AddressOf(self + "." + Identifiers.Escape(kernel.Method), op.EntryType)},");
        code.Line($"PackedEntry = {AddressOf($"{self}.{PackedKernels}.{EntryName(op)}", PackedEntryType)},");
        if (kernel.SupportsArgs is { } predicate)
        {
            code.Line($"SupportsArgs = {AddressOf(self + "." + Identifiers.Escape(predicate), op.PredicateType)},");
            code.Line($"PackedSupportsArgs = {AddressOf($"{self}.{PackedKernels}.{PredicateName(op)}", PackedPredicateType)},");
        }

        KernelOptions options = kernel.Options;
        if (options.DTypes is { } dtypes)
            code.Line($"DTypes = (global::PluginIr.DTypes)({Literals.Int(dtypes)}),");
        code.Line($"Inplace = global::PluginIr.Inplace.{options.Inplace},");
        code.Line($"BatchInvariant = {Literals.Bool(options.BatchInvariant)},");
        code.Line($"Strided = {Literals.Bool(options.Strided)},");
        code.Line($"Alignment = {Literals.Int(options.Alignment)},");
        code.Line($"SameDType = {Literals.Bool(options.SameDType)},");
        code.Line($"Without = [{Commas(options.Without.Select(Literals.Text))}],");
        code.Close(");");
    }

    // As delegates of types of their own: a method group alone would not say which of several overloads is the kernel.
    private static void WriteEntries(ProviderModel provider, CodeWriter code)
    {
        if (provider.Kernels.Count == 0)
            return;
        string self = provider.Class.GlobalName;
        var entries = new List<string>();
        foreach (KernelModel kernel in provider.Kernels)
        {
            var op = new OpCode(kernel.Schema);
            entries.Add($"({self}.{PackedKernels}.{Typed(EntryName(op))}){self}.{Identifiers.Escape(kernel.Method)}");
            if (kernel.SupportsArgs is { } predicate)
                entries.Add($"({self}.{PackedKernels}.{Typed(PredicateName(op))}){self}.{Identifiers.Escape(predicate)}");
        }

        code.Line();
        code.Line("/// <summary>The methods that calls enter.</summary>");
        code.Line($"internal static global::System.Delegate[] {Entries}() => [{Commas(entries)}];");
    }

    private static void WritePackedEntries(ProviderModel provider, CodeWriter code)
    {
        string self = provider.Class.GlobalName;
        // Packed entries call typed ones by their addresses, so that the compiler does not put the one into the other: running a kernel packed
        // then compiles the same code that a typed call meets.
        code.Open($"private static unsafe class {PackedKernels}");
        bool isFirst = true;
        foreach (KernelModel kernel in provider.Kernels)
        {
            if (!isFirst)
                code.Line();
            isFirst = false;
            var op = new OpCode(kernel.Schema);
            string address = "s_" + EntryName(op);
            code.Line($"private static {op.EntryType} {address} = &{self}.{Identifiers.Escape(kernel.Method)};");
            code.Line();
            op.WritePackedEntry(EntryName(op), address, code);
            code.Line();
            code.Line($"public delegate void {Typed(EntryName(op))}({Parameters(op.EntryParameters)});");
            if (kernel.SupportsArgs is { } predicate)
            {
                code.Line();
                code.Continued(
                    $"public static bool {PredicateName(op)}(in global::PluginIr.Dispatch.SpecArguments arguments) =>",
                    $"{self}.{Identifiers.Escape(predicate)}({Commas(op.UnpackedInputs)});");
                code.Line();
                code.Line($"public delegate bool {Typed(PredicateName(op))}({Parameters(op.PredicateParameters)});");
            }
        }

        code.Close();
    }

    private static string Parameters(IEnumerable<string> types) => Commas(types.Select((type, i) => $"{type} argument{i}"));

    // Named by the op as it stands: a class has one kernel of an op, and no two ops have one name.
    private static string EntryName(OpCode op) => "Run_" + op.Schema.Name;

    private static string PredicateName(OpCode op) => "Supports_" + op.Schema.Name;

    // In front, where no op's name is.
    private static string Typed(string name) => "Typed" + name;
}
