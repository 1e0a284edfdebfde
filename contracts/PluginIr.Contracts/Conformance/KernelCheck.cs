namespace PluginIr.Conformance;

/// <summary>Runs cases. One at a time: its kernels share a context.</summary>
/// <remarks>
/// A case is run twice, on memory whose undefined parts hold a pattern and then its complement, so that neither writing the byte that
/// was there nor leaving an element as it was goes unseen. Guards are four times as wide as a tensor, up to 64 KiB; what no check in
/// the process survives is a kernel that writes further off than that, or to an address that is not mapped.
/// </remarks>
public sealed partial class KernelCheck
{
    private readonly CpuConformanceDevice _host = new();

    /// <summary>Runs a case.</summary>
    /// <exception cref="ArgumentException">The kernel does not claim the case: its dtype, layout, or placement.</exception>
    public ConformanceResult Check(ConformanceCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        if (!ConformanceMatrix.IsClaimed(@case))
        {
            throw new ArgumentException(
                $"{@case}: the kernel takes {@case.Subject.Kernel.DTypes}, Inplace.{@case.Subject.Kernel.Inplace}, " +
                $"Strided {@case.Subject.Kernel.Strided}, Alignment {@case.Subject.Kernel.Alignment}; dispatch would never offer it this.",
                nameof(@case));
        }

        OpArguments? arguments = null;
        Tensor[] native = [];
        try
        {
            if (!@case.TryGenerate(out arguments, out TensorSpec[] specs))
                return new ConformanceResult(ConformanceOutcome.Refused);
            if (PredicateCheck.Ask(@case, arguments, out bool accepts) is { } failure)
                return Failed(failure);
            if (!accepts)
                return new ConformanceResult(ConformanceOutcome.Declined);
            native = NativeRun.Outputs(@case.Subject.Op, arguments, specs, _host.Context);
            return CheckKernel(@case, arguments, specs, native) is { } broken
                ? Failed(broken)
                : new ConformanceResult(ConformanceOutcome.Passed);
        }
        catch (Exception failure) when (native.Length == 0)
        {
            return Failed(ConformanceFailure.Of(
                @case, ConformanceFailureKind.OpThrew,
                "the op's Generate, Infer and native definition must agree on what they take; one of them threw " +
                ThrownText.Of(failure)));
        }
        finally
        {
            arguments?.Dispose();
            DisposeAll(native);
        }
    }

    private ConformanceFailure? CheckKernel(ConformanceCase @case, OpArguments arguments, TensorSpec[] specs, Tensor[] native)
    {
        IConformanceDevice device = @case.Subject.Device ?? _host;
        using KernelRun first = KernelRun.Execute(@case, arguments, specs, isComplement: false, device);
        if (ThrownOrDamaged(@case, first) is { } early)
            return early;
        using KernelRun second = KernelRun.Execute(@case, arguments, specs, isComplement: true, device);
        if (ThrownOrDamaged(@case, second) is { } late)
            return late;

        Tensor[] outputs = first.Outputs(), others = second.Outputs();
        try
        {
            return FindUnwritten(@case, first, second, outputs, others)
                ?? FindUndefined(@case, arguments, specs, outputs, others, device)
                ?? FindWrong(@case, arguments, specs, native, outputs, device)
                ?? BatchInvarianceCheck.Run(@case, arguments, native, outputs, _host.Context, device);
        }
        finally
        {
            DisposeAll(outputs);
            DisposeAll(others);
        }
    }

    private static ConformanceFailure? ThrownOrDamaged(ConformanceCase @case, KernelRun run)
    {
        if (run.Thrown is not null)
        {
            return ConformanceFailure.Of(
                @case, ConformanceFailureKind.Threw,
                $"a kernel must run what its dtypes and predicate take; it threw {run.Thrown}");
        }

        return run.FindDamage() is (var kind, var problem) ? ConformanceFailure.Of(@case, kind, problem) : null;
    }

    private static ConformanceResult Failed(ConformanceFailure failure) => new(ConformanceOutcome.Failed, failure);

    private static void DisposeAll(Tensor[] tensors)
    {
        foreach (Tensor tensor in tensors)
            tensor.Dispose();
    }
}
