using PluginIr.Dispatch;

namespace PluginIr.Conformance;

/// <summary>One run of a kernel on guarded memory, and what it left there.</summary>
internal sealed unsafe class KernelRun : IDisposable
{
    private readonly ConformanceSubject _subject;
    private readonly GuardedTensor?[] _inputs;
    private readonly GuardedTensor[] _outputs;

    private KernelRun(ConformanceSubject subject, GuardedTensor?[] inputs, GuardedTensor[] outputs)
    {
        _subject = subject;
        _inputs = inputs;
        _outputs = outputs;
    }

    /// <summary>What the kernel threw, as <see cref="ThrownText"/>; null when it returned.</summary>
    public string? Thrown { get; private set; }

    /// <summary>Runs a case's kernel.</summary>
    /// <param name="case">The case.</param>
    /// <param name="arguments">Its arguments, or some of their rows.</param>
    /// <param name="outputSpecs">The outputs' specs for them.</param>
    /// <param name="isComplement">Which pattern undefined memory holds.</param>
    /// <param name="device">Where.</param>
    public static KernelRun Execute(
        ConformanceCase @case, OpArguments arguments, TensorSpec[] outputSpecs, bool isComplement, IConformanceDevice device)
    {
        ConformanceSubject subject = @case.Subject;
        var inputs = new GuardedTensor?[arguments.Tensors.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (arguments.Tensors[i] is { } tensor)
            {
                var layout = new MemoryLayout(tensor.Spec, @case.Layout, i, subject.Kernel.Alignment);
                inputs[i] = new GuardedTensor(subject.TensorNames[i], layout, tensor, isComplement, device);
            }
        }

        // An output has elements of its own, so it cannot repeat a row.
        ConformanceLayout outputLayout = @case.Layout == ConformanceLayout.Broadcast ? ConformanceLayout.Contiguous : @case.Layout;
        var outputs = new GuardedTensor[outputSpecs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            var layout = new MemoryLayout(outputSpecs[i], outputLayout, inputs.Length + i, subject.Kernel.Alignment);
            outputs[i] = IsAliased(@case, i)
                ? inputs[subject.Activations[i]]!
                : new GuardedTensor(subject.Schema.Outputs[i], layout, null, isComplement, device);
        }

        var run = new KernelRun(subject, inputs, outputs);
        run.Call(@case, arguments, device);
        return run;
    }

    /// <summary>Memory that the kernel wrote without leave.</summary>
    /// <returns>The rule that it broke and how; null when it broke none.</returns>
    public (ConformanceFailureKind Kind, string Problem)? FindDamage()
    {
        foreach (GuardedTensor tensor in Everything())
        {
            bool isOutput = Array.IndexOf(_outputs, tensor) >= 0;
            string what = isOutput ? $"output '{tensor.Name}'" : $"input '{tensor.Name}'";
            if (tensor.FindChangeOutside(out long offset, out bool isGap))
            {
                return isGap
                    ? (ConformanceFailureKind.WroteIntoGap,
                        $"the gaps between the elements of {what} ({tensor.View}) must stay as they are; byte {offset}, counted from its lowest " +
                        "element, was written.")
                    : (ConformanceFailureKind.WroteOutside,
                        $"memory outside {what} ({tensor.View}) was written, {Distance(tensor, offset)}.");
            }

            if (!isOutput && tensor.FirstChangedElement() is >= 0 and var element)
            {
                return (ConformanceFailureKind.ChangedInput,
                    $"{what} ({tensor.View}) is not an output's memory here; its element " +
                    $"{ElementIndex.Describe(tensor.View.Spec, element)} was written.");
            }
        }

        return null;
    }

    /// <summary>The outputs' elements after the run, contiguous and on the host. The caller disposes them.</summary>
    public Tensor[] Outputs() => Array.ConvertAll(_outputs, o => o.Elements());

    /// <summary>The pattern that an output held before the run; null when it was its activation's memory. The caller disposes it.</summary>
    public Tensor? PatternOf(int output) =>
        Array.IndexOf(_inputs, _outputs[output]) >= 0 ? null : _outputs[output].ElementsBefore();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (GuardedTensor tensor in Everything())
            tensor.Dispose();
    }

    private static bool IsAliased(ConformanceCase @case, int output) => @case.Placement switch
    {
        ConformancePlacement.Aliased => true,
        ConformancePlacement.Mixed => ((output + @case.Seed) & 1) == 0,
        _ => false,
    };

    private static string Distance(GuardedTensor tensor, long offset)
    {
        long length = tensor.View.End - tensor.View.Start;
        return offset < 0 ? $"{-offset} bytes before its lowest element" : $"{offset - length + 1} bytes past its highest element";
    }

    // A donated call passes one tensor as activation and output, a call into the caller's memory may pass two that look at the same
    // elements; a kernel that works in place only is always given one.
    private void Call(ConformanceCase @case, OpArguments arguments, IConformanceDevice device)
    {
        bool isSecondView = (@case.Seed & 2) != 0 && _subject.Kernel.Inplace != Inplace.Only;
        Tensor?[] inputs = Array.ConvertAll(_inputs, i => i?.View);
        Tensor[] outputs = Array.ConvertAll(_outputs, o => isSecondView ? o.SecondView : o.View);
        var entry = (delegate*<KernelContext, in KernelArguments, void>)_subject.Kernel.PackedEntry;
        try
        {
            entry(device.Context, new KernelArguments(inputs, arguments.Attributes, outputs));

            // A device's kernel may fail after its call has returned; that comes out here.
            foreach (GuardedTensor tensor in Everything())
                tensor.Fetch();
        }
        catch (Exception failure)
        {
            Thrown = ThrownText.Of(failure);
        }

        GC.KeepAlive(this);
    }

    private IEnumerable<GuardedTensor> Everything()
    {
        foreach (GuardedTensor output in _outputs)
            yield return output;
        foreach (GuardedTensor? input in _inputs)
        {
            if (input is not null && Array.IndexOf(_outputs, input) < 0)
                yield return input;
        }
    }
}
