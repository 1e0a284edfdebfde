using PluginIr.Dispatch;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Graphs;

/// <summary>What a graph knows of an op: data only, so that a graph keeps no plugin loaded and outlives its replacement.</summary>
public sealed class GraphOp
{
    internal GraphOp(OpSchema schema, IReadOnlyList<int> activations, bool allowInplace, Structure structure)
    {
        Schema = schema;
        Activations = activations;
        AllowInplace = allowInplace;
        Structure = structure;
        Id = structure == Structure.None ? OpId.Intern(schema.Text) : OpId.None;
    }

    /// <summary>The schema.</summary>
    public OpSchema Schema { get; }

    /// <summary>The name.</summary>
    public string Name => Schema.Name;

    /// <summary>The activations as positions among the tensor inputs, in the order of the outputs that may take their memory.</summary>
    public IReadOnlyList<int> Activations { get; }

    /// <summary>True when kernels may work in place.</summary>
    public bool AllowInplace { get; }

    /// <summary>What the compiler itself does with it.</summary>
    public Structure Structure { get; }

    /// <summary>True when the result is a view of the operand.</summary>
    public bool IsView => Structure is Structure.Reshape or Structure.LastRows;

    /// <summary>The <see cref="OpId"/>; <see cref="OpId.None"/> for what is no op.</summary>
    public int Id { get; }

    /// <summary>What a graph needs to know of a registered op.</summary>
    public static GraphOp Of(RegisteredOp op)
    {
        string[] tensors = [.. op.Schema.Tensors.Select(t => t.Name)];
        return new GraphOp(op.Schema, [.. op.Descriptor.Activations.Select(a => Array.IndexOf(tensors, a))], op.Descriptor.AllowInplace, Structure.None);
    }
}
