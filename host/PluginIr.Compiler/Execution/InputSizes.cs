using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Execution;

/// <summary>What the tensors that are bound to a graph's inputs say of the run: its size, and whether they go together.</summary>
internal static class InputSizes
{
    private const long Unknown = long.MinValue;

    /// <summary>The size of the graph's symbol, checked against every input. Allocates nothing when all is well.</summary>
    /// <exception cref="InvalidOperationException">An input is not bound.</exception>
    /// <exception cref="ObjectDisposedException">An input was disposed.</exception>
    /// <exception cref="ArgumentException">The inputs do not go together, or the size is out of range.</exception>
    public static long SizeOf(Graph graph, ReadOnlySpan<Tensor?> inputs)
    {
        long size = Unknown;
        for (int i = 0; i < inputs.Length; i++)
        {
            ref readonly ValueInfo value = ref graph.Values[graph.Inputs[i].Value];
            Tensor tensor = inputs[i] ?? throw new InvalidOperationException($"The input %{value.Name} of {graph.Name} is not bound.");
            if (tensor.IsDisposed)
                throw new ObjectDisposedException(nameof(Tensor), $"The tensor bound to %{value.Name} was disposed; keep it for as long as it is bound.");
            ReadOnlySpan<Dim> shape = value.Spec.Shape;
            for (int d = 0; d < shape.Length; d++)
            {
                if (size == Unknown && shape[d].IsSymbolic)
                    size = (tensor.Shape[d] - shape[d].Constant) / shape[d].Factor;
                if (shape[d].At(size) != tensor.Shape[d])
                    throw Mismatch(graph, value, tensor, size);
            }
        }

        if (graph.Symbol is not { } symbol)
            return 0;
        size = size == Unknown ? symbol.Min : size;
        return size >= symbol.Min && size <= symbol.Max
            ? size
            : throw new ArgumentException($"{graph.Name} runs at {symbol}; the inputs have {symbol.Name} = {size}.");
    }

    /// <summary>Refuses inputs whose memory a run would write over while they are read: donated ones that share theirs, and any in the arena.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public static void RequireApart(Graph graph, ReadOnlySpan<Tensor?> inputs, Arena arena)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (arena.Overlaps(inputs[i]!))
            {
                throw new ArgumentException(
                    $"The input %{graph.Values[graph.Inputs[i].Value].Name} of {graph.Name} lies in the session's own memory, " +
                    "as outputs of runs do; copy it.");
            }

            for (int other = 0; graph.Inputs[i].IsDonated && other < inputs.Length; other++)
            {
                if (other != i && inputs[i]!.Overlaps(inputs[other]!))
                {
                    throw new ArgumentException(
                        $"The input %{graph.Values[graph.Inputs[i].Value].Name} of {graph.Name} is donated and shares memory with " +
                        $"%{graph.Values[graph.Inputs[other].Value].Name}; give it memory of its own.");
                }
            }
        }
    }

    private static ArgumentException Mismatch(Graph graph, in ValueInfo value, Tensor tensor, long size)
    {
        string name = graph.Symbol?.Name ?? "n";
        string with = graph.Symbol is null || size == Unknown ? "" : $" with {name} = {size}";
        return new ArgumentException($"The input %{value.Name} of {graph.Name} must be {value.Spec.ToText(name)}{with}; found {tensor}.");
    }
}
