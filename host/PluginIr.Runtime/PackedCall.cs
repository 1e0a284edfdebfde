using PluginIr.Dispatch;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Runtime;

/// <summary>Runs ops whose types the caller does not know: by name, with arguments in arrays. For tools and tests; typed calls are faster.</summary>
public static class PackedCall
{
    /// <summary>The traits of a call with these inputs.</summary>
    /// <param name="op">The op.</param>
    /// <param name="inputs">The tensor inputs in schema order; null for optional ones.</param>
    /// <param name="attributes">The other inputs in schema order.</param>
    /// <exception cref="OpArgumentException">A required tensor is missing, or tensors are on different devices.</exception>
    public static CallTraits TraitsOf(RegisteredOp op, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<AttributeValue> attributes)
    {
        Tensor first = First(op, inputs);
        CallTraits[] traits = new CallTraits[inputs.Length];
        int index = 0;
        foreach (SchemaParameter parameter in op.Schema.Tensors)
        {
            Tensor? input = inputs[index];
            if (input is null && !parameter.IsOptional)
                throw new OpArgumentException(op.Name, $"'{parameter.Name}' is required; found None.");
            traits[index++] = CallChecks.Input(op.Name, parameter.Name, input, first);
        }

        return TraitsOf(op, traits, attributes);
    }

    /// <summary>The traits of a call, from its tensors' own.</summary>
    /// <param name="op">The op.</param>
    /// <param name="tensors">Each tensor input's traits in schema order; none for one that is not given.</param>
    /// <param name="attributes">The other inputs in schema order.</param>
    public static CallTraits TraitsOf(RegisteredOp op, ReadOnlySpan<CallTraits> tensors, ReadOnlySpan<AttributeValue> attributes)
    {
        CallTraits all = CallTraits.None, activations = CallTraits.None, optionals = CallTraits.None;
        int tensor = 0, attribute = 0;
        foreach (SchemaParameter parameter in op.Schema.Parameters)
        {
            bool isGiven;
            if (parameter.IsTensor)
            {
                CallTraits own = tensors[tensor++];
                all |= own;
                activations |= op.Descriptor.Activations.Contains(parameter.Name) ? own : CallTraits.None;
                isGiven = own != CallTraits.None;
            }
            else
            {
                isGiven = !attributes[attribute++].IsNone;
            }

            foreach ((string name, CallTraits trait) in op.Optionals)
                optionals |= isGiven && name == parameter.Name ? trait : CallTraits.None;
        }

        return CallChecks.Inputs(activations, all) | optionals;
    }

    /// <summary>Calls an op by name, functionally: dispatch chooses the kernel, inputs are never changed.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="name">The op's name.</param>
    /// <param name="inputs">The tensor inputs in schema order; null for optional ones.</param>
    /// <param name="attributes">The other inputs in schema order.</param>
    /// <returns>The outputs in schema order.</returns>
    /// <exception cref="OpArgumentException">The op does not take these arguments.</exception>
    /// <exception cref="NoKernelException">No kernel takes the call.</exception>
    public static Tensor[] Call(this IrRuntime runtime, string name, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<AttributeValue> attributes)
    {
        CallSlot slot = runtime.Enter(OpId.None, out Snapshot entered);
        try
        {
            var snapshot = (RegistrySnapshot)entered;
            RegisteredOp op = snapshot.Op(name);
            slot.Op = op.Id;
            RequireCounts(op, inputs, attributes);
            CallTraits traits = TraitsOf(op, inputs, attributes);
            TensorSpec?[] specs = SpecsOf(inputs);
            TensorSpec[] outputs = new TensorSpec[op.Schema.Outputs.Count];
            op.Descriptor.Infer(specs, attributes, outputs);
            var arguments = new SpecArguments(specs, attributes);
            Device device = First(op, inputs).Device;
            foreach (KernelRow row in snapshot.RowsOf(op.Id, device.Kind))
            {
                RegisteredKernel kernel = snapshot.Kernels[row.Kernel];
                if (Explainer.Refusal(kernel, traits, arguments) is not null)
                    continue;
                slot.Observer?.OnCall(snapshot, op.Id, kernel.Index, traits, arguments);
                if (row.IsFallback)
                    runtime.OnFallback(snapshot, op.Id, kernel.Index, traits, arguments);
                return Run(runtime, slot, kernel, inputs, attributes, outputs, device);
            }

            throw runtime.NoKernel(snapshot, name, op.Id, device.Kind, traits, arguments);
        }
        catch (Exception failure) when (runtime.OnFault(slot, entered, failure))
        {
            throw;
        }
        finally
        {
            slot.Leave();
        }
    }

    /// <summary>Runs one provider's kernel of an op, whatever the priority.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="name">The op's name.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="inputs">The tensor inputs in schema order; null for optional ones.</param>
    /// <param name="attributes">The other inputs in schema order.</param>
    /// <param name="refusal">Why the kernel was not run; null when it was.</param>
    /// <returns>The outputs in schema order; null when the kernel does not take the call.</returns>
    /// <exception cref="OpArgumentException">The op does not take these arguments.</exception>
    public static Tensor[]? TryCallProvider(
        this IrRuntime runtime, string name, string provider, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<AttributeValue> attributes,
        out string? refusal)
    {
        CallSlot slot = runtime.Enter(OpId.None, out Snapshot entered);
        try
        {
            var snapshot = (RegistrySnapshot)entered;
            RegisteredOp op = snapshot.Op(name);
            slot.Op = op.Id;
            RequireCounts(op, inputs, attributes);
            TensorSpec?[] specs = SpecsOf(inputs);
            TensorSpec[] outputs = new TensorSpec[op.Schema.Outputs.Count];
            op.Descriptor.Infer(specs, attributes, outputs);
            if (!snapshot.TryGetKernel(op, provider, out RegisteredKernel? kernel))
                refusal = $"provider '{provider}' has no kernel of {name}";
            else if (!kernel.Provider.Support.IsSupported)
                refusal = kernel.Provider.Support.Reason;
            else if (First(op, inputs).Device.Kind != kernel.Provider.Device)
                refusal = Explainer.OtherDevice(kernel, First(op, inputs).Device.Kind);
            else
                refusal = Explainer.Refusal(kernel, TraitsOf(op, inputs, attributes), new SpecArguments(specs, attributes));
            return refusal is null
                ? Run(runtime, slot, kernel!, inputs, attributes, outputs, First(op, inputs).Device)
                : null;
        }
        finally
        {
            slot.Leave();
        }
    }

    private static unsafe Tensor[] Run(
        IrRuntime runtime, CallSlot slot, RegisteredKernel kernel, ReadOnlySpan<Tensor?> inputs,
        ReadOnlySpan<AttributeValue> attributes, TensorSpec[] outputSpecs, Device device)
    {
        Tensor[] outputs = Array.ConvertAll(outputSpecs, spec => runtime.Allocate(spec, device));
        Tensor?[] given = inputs.ToArray();
        if (kernel.Descriptor.Inplace == Inplace.Only)
        {
            // Such a kernel writes over its activations: let it write over copies of them, in the outputs.
            int index = 0;
            foreach (SchemaParameter parameter in kernel.Op.Schema.Tensors)
            {
                int output = kernel.Op.Descriptor.Activations.ToList().IndexOf(parameter.Name);
                if (output >= 0)
                {
                    runtime.Copy(given[index]!, outputs[output]);
                    given[index] = outputs[output];
                }

                index++;
            }
        }

        var arguments = new KernelArguments(given, attributes, outputs);
        slot.Kernel = kernel.Index;
        ((delegate*<KernelContext, in KernelArguments, void>)kernel.Descriptor.PackedEntry)(slot.Context, in arguments);
        GC.KeepAlive(given);
        return outputs;
    }

    private static TensorSpec?[] SpecsOf(ReadOnlySpan<Tensor?> inputs)
    {
        TensorSpec?[] specs = new TensorSpec?[inputs.Length];
        for (int i = 0; i < specs.Length; i++)
            specs[i] = inputs[i]?.Spec;
        return specs;
    }

    // The first required tensor says which device the call is on.
    private static Tensor First(RegisteredOp op, ReadOnlySpan<Tensor?> inputs)
    {
        int index = 0;
        foreach (SchemaParameter parameter in op.Schema.Tensors)
        {
            if (!parameter.IsOptional)
                return inputs[index] ?? throw new OpArgumentException(op.Name, $"'{parameter.Name}' is required; found None.");
            index++;
        }

        throw new OpArgumentException(op.Name, "the op has no required tensor, so nothing says on which device it runs.");
    }

    private static void RequireCounts(RegisteredOp op, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<AttributeValue> attributes)
    {
        if (inputs.Length != op.Schema.TensorCount || attributes.Length != op.Schema.AttributeCount)
        {
            throw new OpArgumentException(
                op.Name, $"'{op.Schema}' takes {op.Schema.TensorCount} tensors and {op.Schema.AttributeCount} attributes; " +
                         $"found {inputs.Length} and {attributes.Length}.");
        }

        int index = 0;
        foreach (SchemaParameter parameter in op.Schema.Attributes)
        {
            if (!attributes[index].Fits(parameter))
                throw new OpArgumentException(op.Name, $"{attributes[index]} is not a value for '{parameter}'.");
            index++;
        }
    }
}
