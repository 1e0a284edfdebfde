using PluginIr.Compiler.Graphs;
using PluginIr.Dispatch;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>Runs a graph node by node with the ops' native definitions, every result in new memory: what a graph means.</summary>
internal static unsafe class NativeInterpreter
{
    /// <summary>Runs a graph. No input is changed, whether donated or not.</summary>
    /// <param name="snapshot">A snapshot that is entered.</param>
    /// <param name="graph">The graph; its kernels are not looked at.</param>
    /// <param name="inputs">One tensor for each input.</param>
    /// <param name="size">The size of the graph's symbol.</param>
    /// <returns>The outputs; the caller disposes them.</returns>
    public static Tensor[] Run(RegistrySnapshot snapshot, Graph graph, IReadOnlyList<Tensor> inputs, long size)
    {
        var context = new KernelContext();
        var values = new Tensor?[graph.Values.Length];
        for (int i = 0; i < inputs.Count; i++)
            values[graph.Inputs[i].Value] = inputs[i].Alias();
        foreach (ref readonly Node node in graph.Nodes)
        {
            ReadOnlySpan<int> results = graph.ResultsOf(node);
            foreach (int result in results)
                values[result] = Tensor.Empty(graph.Values[result].Spec.At(size));
            Run(snapshot, graph, node, values, context);
        }

        Tensor[] outputs = [.. graph.Outputs.ToArray().Select(o => values[o]!.Alias())];
        foreach (Tensor? value in values)
            value?.Dispose();
        return outputs;
    }

    private static void Run(RegistrySnapshot snapshot, Graph graph, in Node node, Tensor?[] values, KernelContext context)
    {
        GraphOp op = graph.OpOf(node);
        ReadOnlySpan<int> operands = graph.OperandsOf(node), results = graph.ResultsOf(node);
        Tensor?[] given = [.. operands.ToArray().Select(o => o < 0 ? null : values[o])];
        Tensor[] made = [.. results.ToArray().Select(r => values[r]!)];
        if (op.Structure == Structure.None)
        {
            ((delegate*<KernelContext, in KernelArguments, void>)snapshot.Op(op.Name).Descriptor.Native.PackedEntry)(
                context, new KernelArguments(given, graph.AttributesOf(node), made));
            return;
        }

        // A view, or a copy: so many of the operand's last elements.
        using Tensor flat = given[0]!.Reshape(given[0]!.ElementCount), target = made[0].Reshape(made[0].ElementCount);
        using Tensor part = flat.Slice(0, flat.ElementCount - target.ElementCount, target.ElementCount);
        target.CopyFrom(part);
    }
}
