using PluginIr.Schemas;

namespace PluginIr.Compiler.Graphs;

/// <summary>A node of a draft.</summary>
internal sealed class DraftNode
{
    public required GraphOp Op { get; init; }

    /// <summary>Values in schema order; -1 for optional tensors that are not given.</summary>
    public required int[] Operands { get; init; }

    public required AttributeValue[] Attributes { get; init; }

    public required int[] Results { get; init; }

    public bool IsDonating { get; set; }

    /// <summary>The kernel; null before lowering.</summary>
    public KernelChoice? Kernel { get; set; }

    public SourcePosition Position { get; init; }

    /// <summary>True when the kernel writes its outputs over its activations.</summary>
    public bool WritesOver => Kernel?.Inplace == Inplace.Only;
}
