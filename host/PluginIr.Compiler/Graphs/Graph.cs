using PluginIr.Compiler.Text;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Graphs;

/// <summary>Calls of ops on tensors, as data: flat arrays of nodes and values, in the order of execution. Immutable.</summary>
/// <remarks>
/// Invariants, which <see cref="GraphChecker"/> looks at: every value is an input or the result of one node, and is defined before it is
/// used; specs are those that the ops infer; all are on one device; no memory is read after something else was written to it. Prints as text
/// that parses back.
/// </remarks>
public sealed class Graph
{
    private readonly ValueInfo[] _values;
    private readonly GraphInput[] _inputs;
    private readonly int[] _outputs;
    private readonly GraphOp[] _ops;
    private readonly KernelChoice[] _kernels;
    private readonly Node[] _nodes;
    private readonly int[] _operands;
    private readonly AttributeValue[] _attributes;
    private readonly int[] _results;

    internal Graph(GraphTables tables)
    {
        Name = tables.Name;
        Symbol = tables.Symbol;
        _values = [.. tables.Values];
        _inputs = [.. tables.Inputs];
        _outputs = [.. tables.Outputs];
        _ops = [.. tables.Ops];
        _kernels = [.. tables.Kernels];
        _nodes = [.. tables.Nodes];
        _operands = [.. tables.Operands];
        _attributes = [.. tables.Attributes];
        _results = [.. tables.Results];
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The size that is only known when the graph runs; null when there is none.</summary>
    public Symbol? Symbol { get; }

    /// <summary>All tensors.</summary>
    public ReadOnlySpan<ValueInfo> Values => _values;

    /// <summary>The tensors that the caller gives, in order.</summary>
    public ReadOnlySpan<GraphInput> Inputs => _inputs;

    /// <summary>The values that the graph returns, in order.</summary>
    public ReadOnlySpan<int> Outputs => _outputs;

    /// <summary>The calls, in order.</summary>
    public ReadOnlySpan<Node> Nodes => _nodes;

    /// <summary>The ops that are called.</summary>
    public ReadOnlySpan<GraphOp> Ops => _ops;

    /// <summary>The kernels that lowering chose.</summary>
    public ReadOnlySpan<KernelChoice> Kernels => _kernels;

    /// <summary>A node's op.</summary>
    public GraphOp OpOf(in Node node) => _ops[node.Op];

    /// <summary>A node's kernel; null before lowering, and for what the compiler itself carries out.</summary>
    public KernelChoice? KernelOf(in Node node) => node.Kernel < 0 ? null : _kernels[node.Kernel];

    /// <summary>A node's tensor inputs as values, in schema order; -1 for optional ones that are not given.</summary>
    public ReadOnlySpan<int> OperandsOf(in Node node) => _operands.AsSpan(node.FirstOperand, _ops[node.Op].Schema.TensorCount);

    /// <summary>A node's other inputs, in schema order.</summary>
    public ReadOnlySpan<AttributeValue> AttributesOf(in Node node) => _attributes.AsSpan(node.FirstAttribute, _ops[node.Op].Schema.AttributeCount);

    /// <summary>A node's outputs as values, in schema order.</summary>
    public ReadOnlySpan<int> ResultsOf(in Node node) => _results.AsSpan(node.FirstResult, _ops[node.Op].Schema.Outputs.Count);

    /// <summary>The text, which <see cref="GraphParser"/> reads.</summary>
    public override string ToString() => GraphPrinter.Print(this);
}
