namespace PluginIr.Conformance;

/// <summary>Compares rows of a batch with the same rows alone, bit for bit.</summary>
/// <remarks>
/// Native says where that means anything. A row of the call is index r of the first dimension of every activation and output; other
/// inputs with as many indices there (positions, a scale for each row) are first taken to go along, then to be shared. A row counts
/// when native, given it alone, makes exactly the bits that it made of it in the batch. Where it does not (one scale for the whole
/// tensor, causal masks, padding), nothing is asked of the kernel.
/// </remarks>
internal static class BatchInvarianceCheck
{
    /// <summary>Checks the first and the last row.</summary>
    /// <param name="case">The case.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="native">Native's outputs for them.</param>
    /// <param name="outputs">The kernel's outputs for them.</param>
    /// <param name="context">What native is called with.</param>
    /// <param name="device">Where the kernel works.</param>
    /// <returns>The failure; null for none.</returns>
    public static ConformanceFailure? Run(
        ConformanceCase @case, OpArguments arguments, Tensor[] native, Tensor[] outputs, KernelContext context, IConformanceDevice device)
    {
        long rows = @case.Rows;
        bool hasRows = @case.Subject.Activations.All(a => HasRows(arguments.Tensors[a], rows)) && outputs.All(o => HasRows(o, rows));
        if (!@case.Subject.Kernel.BatchInvariant || rows < 2 || !hasRows)
            return null;
        foreach (long row in (long[])[0, rows - 1])
        {
            if (RunRow(@case, arguments, row, goesAlong: true, native, outputs, context, device, out ConformanceFailure? failure) ||
                RunRow(@case, arguments, row, goesAlong: false, native, outputs, context, device, out failure))
            {
                if (failure is not null)
                    return failure;
            }
        }

        return null;
    }

    // False when native does not map the row to itself.
    private static bool RunRow(
        ConformanceCase @case, OpArguments arguments, long row, bool goesAlong, Tensor[] native, Tensor[] outputs,
        KernelContext context, IConformanceDevice device, out ConformanceFailure? failure)
    {
        failure = null;
        using OpArguments alone = RowOf(@case, arguments, row, goesAlong);
        if (!TryNative(@case.Subject, alone, context, out TensorSpec[] specs, out Tensor[] nativeAlone))
            return false;
        try
        {
            if (FirstOther(native, nativeAlone, row, out _) >= 0)
                return false;
        }
        finally
        {
            DisposeAll(nativeAlone);
        }

        if (!PredicateCheck.Accepts(@case.Subject, alone))
            return true;
        using KernelRun run = KernelRun.Execute(@case, alone, specs, isComplement: false, device);
        if (run.Thrown is not null)
        {
            failure = ConformanceFailure.Of(@case, ConformanceFailureKind.Threw, $"row {row} alone made it throw {run.Thrown}");
            return true;
        }

        Tensor[] kernelAlone = run.Outputs();
        int output = FirstOther(outputs, kernelAlone, row, out long element);
        if (output >= 0)
        {
            string name = @case.Subject.Schema.Outputs[output];
            failure = ConformanceFailure.Of(
                @case, ConformanceFailureKind.NotBatchInvariant,
                $"it is declared batch invariant; element {element} of row {row} of '{name}' has other bits when the row is alone " +
                $"than among {@case.Rows} rows.") with { Output = name };
        }

        DisposeAll(kernelAlone);
        return true;
    }

    // False when the op does not take the row alone, by its specs or by its values: a table that happens to have as many rows was
    // cut to one as well, say, and an index points past it.
    private static bool TryNative(
        ConformanceSubject subject, OpArguments arguments, KernelContext context, out TensorSpec[] specs, out Tensor[] outputs)
    {
        try
        {
            specs = NativeRun.Infer(subject, arguments);
            outputs = NativeRun.Outputs(subject.Op, arguments, specs, context);
            return true;
        }
        catch (OpArgumentException)
        {
            (specs, outputs) = ([], []);
            return false;
        }
    }

    private static OpArguments RowOf(ConformanceCase @case, OpArguments arguments, long row, bool goesAlong)
    {
        var tensors = new Tensor?[arguments.Tensors.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            Tensor? tensor = arguments.Tensors[i];
            bool isRow = @case.Subject.Activations.Contains(i) || (goesAlong && HasRows(tensor, @case.Rows));
            if (isRow)
            {
                using Tensor slice = tensor!.Slice(0, row, 1);
                tensors[i] = Tensor.Empty(slice.Spec);
                tensors[i]!.CopyFrom(slice);
            }
            else
            {
                tensors[i] = tensor?.Alias();
            }
        }

        return new OpArguments(arguments.Schema, tensors, arguments.Attributes);
    }

    // The first output whose row differs from the one that was made alone, or has another shape; -1 for none.
    private static int FirstOther(Tensor[] batch, Tensor[] alone, long row, out long element)
    {
        element = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            using Tensor slice = batch[i].Slice(0, row, 1);
            if (!slice.Spec.Equals(alone[i].Spec))
                return i;
            using Tensor contiguous = slice.ToContiguous();
            element = OutputComparison.FirstOtherBits(contiguous, alone[i]);
            if (element >= 0)
                return i;
        }

        return -1;
    }

    private static bool HasRows(Tensor? tensor, long rows) => tensor is { Rank: > 0 } && tensor.Shape[0] == rows;

    private static void DisposeAll(Tensor[] tensors)
    {
        foreach (Tensor tensor in tensors)
            tensor.Dispose();
    }
}
