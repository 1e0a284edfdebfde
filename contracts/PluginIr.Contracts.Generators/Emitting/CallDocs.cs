using System.Linq;
using PluginIr.Generators.Naming;

namespace PluginIr.Generators.Emitting;

/// <summary>Writes the XML docs of an op's typed calls.</summary>
internal static class CallDocs
{
    public static void WriteFunctional(CallNames names, CodeWriter code)
    {
        WriteHead(names, "Functional: no input is changed, and the outputs are new tensors.", code);
        WriteInputs(names, _ => true, "", code);
        code.Line($"/// <returns>{Results(names)}, on {names.First.Parameter.Name}'s device.</returns>");
        WriteExceptions("The op does not take these inputs, or they are not on one device.", code);
    }

    public static void WriteMaybeInplace(CallNames names, CodeWriter code)
    {
        string activations = string.Join(" and ", names.Activations.Select(a => a.Parameter.Name));
        WriteHead(
            names,
            $"Donates {activations}: the kernel may write its outputs over them. Their contents are undefined afterwards.", code);
        WriteInputs(names, i => i.Activation >= 0, " Donated.", code);
        code.Line($"/// <returns>{Results(names)}: each its activation itself when the kernel worked in place, otherwise a new tensor.</returns>");
        WriteExceptions("The op does not take these inputs, or they are not on one device.", code);
    }

    public static void WriteInto(CallNames names, CodeWriter code)
    {
        string aliasing = names.Op.AllowInplace
            ? "Each output is apart in memory from all other tensors, but may be exactly its activation (in place)."
            : "The outputs are apart in memory from all other tensors.";
        WriteHead(names, "Writes into the caller's memory and allocates nothing. " + aliasing, code);
        WriteInputs(names, _ => true, "", code);
        foreach (CallOutput output in names.Outputs)
        {
            string inPlace = output.Activation is { } activation ? $" May be {activation.Parameter.Name}." : "";
            code.Line($"/// <param name=\"{output.Name.TrimStart('@')}\">Receives the output <c>{output.SchemaName}</c>.{inPlace}</param>");
        }

        WriteExceptions("The op does not take these inputs; an output has another dtype, shape or device, or shares memory.", code);
    }

    public static void WriteGraph(CallNames names, bool isDonating, CodeWriter code)
    {
        string donated = isDonating ? $" Donates {string.Join(" and ", names.Activations.Select(a => a.Parameter.Name))}." : "";
        code.Line($"/// <summary>Adds a call of <c>{names.Code.Schema.Name}</c> to a graph.{donated}</summary>");
        code.Line($"/// <remarks>Schema: <c>{XmlText.Escape(names.Op.Schema)}</c>.</remarks>");
        code.Line($"/// <param name=\"{names.Graph}\">The graph.</param>");
        WriteInputs(names, i => isDonating && i.Activation >= 0, " Donated.", code);
        code.Line($"/// <returns>{Results(names)}.</returns>");
        code.Line("/// <exception cref=\"global::PluginIr.OpArgumentException\">The op does not take these inputs.</exception>");
    }

    private static void WriteHead(CallNames names, string rule, CodeWriter code)
    {
        string schema = XmlText.Escape(names.Op.Schema);
        string summary = $"<summary>{names.Op.Summary ?? $"Calls <c>{names.Code.Schema.Name}</c>."}</summary>";
        foreach (string line in XmlText.Lines(summary))
            code.Line("/// " + line);
        code.Line($"/// <remarks>{rule} Schema: <c>{schema}</c>.</remarks>");
        code.Line($"/// <param name=\"{names.Ir}\">Chooses the kernel, by its current priorities.</param>");
    }

    private static void WriteInputs(CallNames names, System.Func<CallInput, bool> isSpecial, string special, CodeWriter code)
    {
        foreach (CallInput input in names.Inputs)
        {
            string given = input.Parameter.IsOptional ? " Null for none." : "";
            code.Line(
                $"/// <param name=\"{input.Name.TrimStart('@')}\">The input <c>{XmlText.Escape(input.Parameter.ToString())}</c>.{given}" +
                $"{(isSpecial(input) ? special : "")}</param>");
        }
    }

    private static string Results(CallNames names) =>
        "The output" + (names.Outputs.Count == 1 ? "" : "s") + " " + string.Join(", ", names.Outputs.Select(o => $"<c>{o.SchemaName}</c>"));

    private static void WriteExceptions(string refused, CodeWriter code)
    {
        code.Line($"/// <exception cref=\"global::PluginIr.OpArgumentException\">{refused} Nothing ran.</exception>");
        code.Line("/// <exception cref=\"global::PluginIr.Dispatch.NoKernelException\">No kernel takes the call. Nothing ran.</exception>");
    }
}
