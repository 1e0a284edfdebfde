using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Graphs;

/// <summary>What a call in a graph puts out: the op's own shape inference, asked at sizes of the graph's symbol.</summary>
internal static class CallInference
{
    /// <summary>The op of this name: one of the registry, or a structural one.</summary>
    /// <exception cref="GraphException">There is none.</exception>
    public static GraphOp Find(RegistrySnapshot snapshot, string name)
    {
        foreach (GraphOp structural in StructuralOps.All)
        {
            if (structural.Name == name)
                return structural;
        }

        return snapshot.Ops.TryGetValue(name, out RegisteredOp? op)
            ? GraphOp.Of(op)
            : throw new GraphException($"No op is named '{name}'.{NearestName.Hint(name, snapshot.Ops.Keys)}");
    }

    /// <summary>Checks a call's inputs and infers its outputs.</summary>
    /// <param name="snapshot">A snapshot that is entered.</param>
    /// <param name="op">The op.</param>
    /// <param name="inputs">The tensor inputs; null for those not given.</param>
    /// <param name="attributes">The other inputs.</param>
    /// <param name="symbol">The graph's symbol.</param>
    /// <returns>The outputs' specs, and the device that all tensors are on.</returns>
    /// <exception cref="GraphException">The op does not take these.</exception>
    public static (SymbolicSpec[] Outputs, Device Device) Infer(
        RegistrySnapshot snapshot, GraphOp op, ReadOnlySpan<ValueInfo?> inputs, ReadOnlySpan<AttributeValue> attributes, Symbol? symbol)
    {
        RequireGiven(op, inputs, attributes);
        Device device = DeviceOf(op, inputs);
        if (op.Structure != Structure.None)
            return ([StructuralOps.Infer(op, inputs[0]!.Value.Spec, attributes, symbol)], device);
        if (!snapshot.Ops.TryGetValue(op.Name, out RegisteredOp? registered) || registered.Schema.Text != op.Schema.Text)
            throw new GraphException($"No loaded plugin declares the op '{op.Schema}'; load the one that does.");

        bool isSymbolic = false;
        foreach (ValueInfo? input in inputs)
            isSymbolic |= input is { Spec.IsSymbolic: true };
        IReadOnlyList<long> sizes = isSymbolic ? symbol!.ShapeSizes : [symbol?.Min ?? 0];
        var found = new TensorSpec[sizes.Count][];
        for (int i = 0; i < found.Length; i++)
            found[i] = InferAt(registered, inputs, attributes, sizes[i]);
        return ([.. Enumerable.Range(0, op.Schema.Outputs.Count).Select(o => Line(op, o, sizes, found))], device);
    }

    /// <summary>The inputs' specs when the symbol has a size.</summary>
    public static TensorSpec?[] SpecsAt(ReadOnlySpan<ValueInfo?> inputs, long size)
    {
        var specs = new TensorSpec?[inputs.Length];
        for (int i = 0; i < specs.Length; i++)
            specs[i] = inputs[i]?.Spec.At(size);
        return specs;
    }

    private static TensorSpec[] InferAt(RegisteredOp op, ReadOnlySpan<ValueInfo?> inputs, ReadOnlySpan<AttributeValue> attributes, long size)
    {
        var outputs = new TensorSpec[op.Schema.Outputs.Count];
        try
        {
            op.Descriptor.Infer(SpecsAt(inputs, size), attributes, outputs);
            return outputs;
        }
        catch (Exception refused) when (refused is not GraphException)
        {
            // An op's inference may be a plugin's: whatever it throws says that the op does not take the inputs.
            throw new GraphException(refused.Message, default, refused);
        }
    }

    // The line through the first two sizes, which all other sizes must lie on.
    private static SymbolicSpec Line(GraphOp op, int output, IReadOnlyList<long> sizes, TensorSpec[][] found)
    {
        TensorSpec first = found[0][output];
        var shape = new Dim[first.Rank];
        bool isLine = true;
        for (int d = 0; d < shape.Length; d++)
        {
            long factor = 0;
            if (sizes.Count > 1 && found[1][output].Rank == first.Rank)
                factor = (found[1][output].Shape[d] - first.Shape[d]) / (sizes[1] - sizes[0]);
            shape[d] = new Dim(factor, first.Shape[d] - (factor * sizes[0]));
        }

        var line = new SymbolicSpec(first.DType, shape);
        for (int i = 1; i < sizes.Count; i++)
            isLine &= line.At(sizes[i]).Equals(found[i][output]);
        return isLine ? line : throw new GraphException(
            $"{op.Name}: the output '{op.Schema.Outputs[output]}' must grow evenly with the symbol; found " +
            string.Join(", ", sizes.Select((size, i) => $"{found[i][output]} at {size}")) + ".");
    }

    private static void RequireGiven(GraphOp op, ReadOnlySpan<ValueInfo?> inputs, ReadOnlySpan<AttributeValue> attributes)
    {
        int tensor = 0, attribute = 0;
        foreach (SchemaParameter parameter in op.Schema.Parameters)
        {
            if (parameter.IsTensor && inputs[tensor++] is null && !parameter.IsOptional)
                throw new GraphException($"{op.Name}: '{parameter.Name}' is required; found None.");
            if (!parameter.IsTensor && !attributes[attribute++].Fits(parameter))
                throw new GraphException($"{op.Name}: {attributes[attribute - 1]} is not a value for '{parameter}'.");
        }
    }

    private static Device DeviceOf(GraphOp op, ReadOnlySpan<ValueInfo?> inputs)
    {
        ValueInfo? first = null;
        foreach (ValueInfo? input in inputs)
        {
            first ??= input;
            if (input is { } given && given.Device != first!.Value.Device)
            {
                throw new GraphException(
                    $"{op.Name}: %{given.Name} is on {given.Device}, %{first.Value.Name} on {first.Value.Device}; a call's tensors are on one device.");
            }
        }

        return first?.Device ?? Device.Cpu;
    }
}
