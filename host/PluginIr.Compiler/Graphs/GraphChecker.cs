using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Graphs;

/// <summary>Checks a graph's invariants. Runs between passes, so that a pass that breaks one is found where it does.</summary>
public static class GraphChecker
{
    /// <summary>Checks a graph.</summary>
    /// <param name="runtime">The runtime that knows the ops.</param>
    /// <param name="graph">The graph.</param>
    /// <exception cref="GraphException">It names the node and the rule that it breaks.</exception>
    public static void Check(IrRuntime runtime, Graph graph)
    {
        CallSlot slot = runtime.Enter(OpId.None, out Snapshot snapshot);
        try
        {
            Check((RegistrySnapshot)snapshot, graph);
        }
        finally
        {
            slot.Leave();
        }
    }

    /// <summary>The same with a snapshot that is entered.</summary>
    internal static void Check(RegistrySnapshot snapshot, Graph graph)
    {
        CheckDefinitions(graph);
        foreach (ref readonly Node node in graph.Nodes)
            CheckNode(snapshot, graph, node);
        GraphDraft draft = GraphDraft.Of(graph);
        if (MemoryOrder.FindViolation(draft) is { } violation)
            throw new GraphException(violation.Problem, violation.Node?.Position ?? default);
    }

    /// <summary>Checks that a value is on the device of a graph's first: one arena holds all that is made.</summary>
    internal static void CheckDevice(in ValueInfo value, in ValueInfo first, SourcePosition position = default)
    {
        if (value.Device != first.Device)
        {
            throw new GraphException(
                $"%{value.Name} is on {value.Device}, %{first.Name} on {first.Device}; a graph's tensors are on one device. Make a graph for each device.",
                position);
        }
    }

    private static void CheckDefinitions(Graph graph)
    {
        var names = new HashSet<string>();
        foreach (ref readonly ValueInfo value in graph.Values)
        {
            if (!names.Add(value.Name))
                throw new GraphException($"%{value.Name} is defined twice; give each value a name of its own.");
            CheckDevice(value, graph.Values[0]);
        }

        bool[] isDefined = new bool[graph.Values.Length];
        foreach (ref readonly GraphInput input in graph.Inputs)
            isDefined[input.Value] = true;
        foreach (ref readonly Node node in graph.Nodes)
        {
            foreach (int operand in graph.OperandsOf(node))
            {
                if (operand >= 0 && !isDefined[operand])
                    throw new GraphException($"%{graph.Values[operand].Name} is used before it is defined.", node.Position);
            }

            foreach (int result in graph.ResultsOf(node))
            {
                if (isDefined[result])
                    throw new GraphException($"%{graph.Values[result].Name} is defined twice.", node.Position);
                isDefined[result] = true;
            }
        }

        foreach (int output in graph.Outputs)
        {
            if (!isDefined[output])
                throw new GraphException($"%{graph.Values[output].Name} is returned and never defined.");
        }
    }

    private static void CheckNode(RegistrySnapshot snapshot, Graph graph, in Node node)
    {
        GraphOp op = graph.OpOf(node);
        ReadOnlySpan<int> operands = graph.OperandsOf(node);
        var inputs = new ValueInfo?[operands.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = operands[i] < 0 ? null : graph.Values[operands[i]];
        SymbolicSpec[] specs;
        Device device;
        try
        {
            (specs, device) = CallInference.Infer(snapshot, op, inputs, graph.AttributesOf(node), graph.Symbol);
        }
        catch (GraphException broken)
        {
            throw new GraphException($"%{graph.Values[graph.ResultsOf(node)[0]].Name}: {broken.Problem}", node.Position, broken);
        }

        ReadOnlySpan<int> results = graph.ResultsOf(node);
        for (int i = 0; i < results.Length; i++)
        {
            ValueInfo result = graph.Values[results[i]];
            if (!result.Spec.Equals(specs[i]) || result.Device != device)
                throw new GraphException($"%{result.Name} is {result.Spec} on {result.Device}; {op.Name} puts out {specs[i]} on {device}.", node.Position);
        }

        if (node.IsDonating && !op.AllowInplace)
            throw new GraphException($"{op.Name} has no maybe_inplace overload, because the op does not allow kernels to work in place.", node.Position);
        if (graph.KernelOf(node) is not { } kernel)
            return;
        bool isPossible = !node.IsDonating && op.Structure == Structure.None && (kernel.Inplace == Inplace.Never || op.AllowInplace);
        if (!isPossible)
            throw new GraphException($"{op.Name} cannot have the kernel {kernel}.", node.Position);
    }
}
