using PluginIr.Schemas;

namespace PluginIr.Compiler.Graphs;

/// <summary>What a graph is made of while it is being written down.</summary>
internal sealed class GraphTables
{
    public required string Name { get; init; }

    public Symbol? Symbol { get; init; }

    public List<ValueInfo> Values { get; } = [];

    public List<GraphInput> Inputs { get; } = [];

    public List<int> Outputs { get; } = [];

    public List<GraphOp> Ops { get; } = [];

    public List<KernelChoice> Kernels { get; } = [];

    public List<Node> Nodes { get; } = [];

    public List<int> Operands { get; } = [];

    public List<AttributeValue> Attributes { get; } = [];

    public List<int> Results { get; } = [];
}
