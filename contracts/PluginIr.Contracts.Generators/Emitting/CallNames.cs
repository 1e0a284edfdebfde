using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;
using PluginIr.Schemas;

namespace PluginIr.Generators.Emitting;

/// <summary>What every name is called in the typed calls of one op: its own, and locals that stay clear of them.</summary>
internal sealed class CallNames
{
    public CallNames(OpModel op)
    {
        Op = op;
        Code = new OpCode(op.Schema);
        SchemaNames names = Code.Names;
        Inputs = [.. Code.Schema.Parameters.Select((p, i) => new CallInput(
            p, Identifiers.Escape(names.Inputs[i]), Position(op.Activations, p.Name)))];
        Tensors = [.. Inputs.Where(i => i.Parameter.IsTensor)];
        First = Tensors.First(t => !t.Parameter.IsOptional);
        Activations = [.. Tensors.Where(t => t.Activation >= 0).OrderBy(t => t.Activation)];

        var locals = new LocalNames(names.Inputs.Concat(names.Outputs));
        Ir = locals.Take("ir");
        Snapshot = locals.Take("snapshot");
        Slot = locals.Take("slot");
        Traits = locals.Take("traits");
        Rows = locals.Take("rows");
        Row = locals.Take("row");
        Index = locals.Take("i");
        Device = locals.Take("device");
        Arguments = locals.Take("arguments");
        CanDonate = locals.Take("canDonate");
        Supports = locals.Take("supports");
        Failure = locals.Take("failure");
        Graph = locals.Take("graph");
        Added = locals.Take("added");
        Outputs = [.. Code.Schema.Outputs.Select((o, i) => new CallOutput(
            o, Identifiers.Escape(names.Outputs[i]), locals.Take(names.Outputs[i] + "Spec"),
            op.AllowInplace ? Activations[i] : null))];
        WorkingInputs = Activations.ToDictionary(
            a => a.Name, a => op.AllowInplace ? locals.Take(Identifiers.Camel(a.Parameter.Name) + "In") : a.Name);
    }

    public OpModel Op { get; }

    public OpCode Code { get; }

    public IReadOnlyList<CallInput> Inputs { get; }

    /// <summary>The inputs that are tensors.</summary>
    public IReadOnlyList<CallInput> Tensors { get; }

    /// <summary>The first required tensor, whose device is the call's.</summary>
    public CallInput First { get; }

    /// <summary>The activations, in the order of the outputs that may take their memory.</summary>
    public IReadOnlyList<CallInput> Activations { get; }

    public IReadOnlyList<CallOutput> Outputs { get; }

    /// <summary>By an activation's name, the local that holds what the kernel reads: the activation or, for a kernel that works in place, its output.</summary>
    public IReadOnlyDictionary<string, string> WorkingInputs { get; }

    public string Ir { get; }

    public string Snapshot { get; }

    public string Slot { get; }

    public string Traits { get; }

    public string Rows { get; }

    public string Row { get; }

    public string Index { get; }

    public string Device { get; }

    public string Arguments { get; }

    public string CanDonate { get; }

    public string Supports { get; }

    public string Failure { get; }

    public string Graph { get; }

    public string Added { get; }

    /// <summary>The inputs as arguments, with specs in place of tensors, made from the tensors.</summary>
    public string SpecArguments => OpCode.Commas(Inputs.Select(i => i.SpecOf));

    /// <summary>What <c>new SpecArguments</c> takes where parameters hold specs.</summary>
    public string SpecLists =>
        $"[{OpCode.Commas(Tensors.Select(t => t.Name))}], [{OpCode.Commas(Inputs.Where(i => !i.Parameter.IsTensor).Select(i => i.Name))}]";

    private static int Position(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        return -1;
    }
}
