using PluginIr.Dispatch;

namespace PluginIr.Conformance;

/// <summary>Runs a kernel so often that the JIT takes it for hot.</summary>
/// <remarks>
/// Tiered compilation counts a method's calls from 100 ms after new methods stopped appearing, compiles again in the background what
/// was called 30 times, and needs those calls to come after the pause. So a host that wants fully optimised code proves, waits, and
/// warms. A packed entry calls the typed one, and the packed predicate the typed predicate: warming the one warms the other.
/// </remarks>
public static unsafe class KernelWarmup
{
    /// <summary>More than the 30 calls that tiered compilation wants.</summary>
    public const int DefaultRepetitions = 60;

    private static readonly (long Rows, long Hidden)[] s_sizes = [(1, 64), (2, 129)];

    /// <summary>Runs the kernel and its predicate on small contiguous arguments of every dtype that it takes.</summary>
    /// <param name="subject">The kernel. Prove it first: nothing is checked here, and what it throws is thrown.</param>
    /// <param name="repetitions">How often for each dtype and size.</param>
    /// <returns>How many times the kernel was run; 0 when its predicate declined everything.</returns>
    public static int Warm(ConformanceSubject subject, int repetitions = DefaultRepetitions)
    {
        ArgumentNullException.ThrowIfNull(subject);
        IConformanceDevice device = subject.Device ?? new CpuConformanceDevice();
        int runs = 0;
        foreach (DType dtype in ConformanceMatrix.DTypesOf(subject))
        {
            foreach ((long rows, long hidden) in s_sizes)
                runs += Warm(subject, dtype, rows, hidden, repetitions, device);
        }

        return runs;
    }

    // An op's generator makes choices that predicates decline; a few seeds find the others.
    private static int Warm(ConformanceSubject subject, DType dtype, long rows, long hidden, int repetitions, IConformanceDevice device)
    {
        const int Seeds = 8;
        for (int seed = 0; seed < Seeds; seed++)
        {
            using OpArguments arguments = new ConformanceCase(
                subject, dtype, rows, hidden, ConformanceLayout.Contiguous, default, ConformanceValues.Normal, seed).Generate();
            if (PredicateCheck.Accepts(subject, arguments))
                return Repeat(subject, arguments, repetitions, device);
        }

        return 0;
    }

    private static int Repeat(ConformanceSubject subject, OpArguments arguments, int repetitions, IConformanceDevice device)
    {
        Tensor?[] inputs = Array.ConvertAll(arguments.Tensors, t => t is null ? null : device.Place(t));
        Tensor[] outputs = Array.ConvertAll(NativeRun.Infer(subject, arguments), Place);
        if (subject.Kernel.Inplace == Inplace.Only)
            outputs = [.. subject.Activations.Select(a => inputs[a]!)];
        var entry = (delegate*<KernelContext, in KernelArguments, void>)subject.Kernel.PackedEntry;
        for (int i = 0; i < repetitions; i++)
        {
            PredicateCheck.Accepts(subject, arguments);
            entry(device.Context, new KernelArguments(inputs, arguments.Attributes, outputs));
        }

        foreach (Tensor output in outputs)
        {
            using Tensor done = device.Fetch(output); // waits for the device
            output.Dispose();
        }

        foreach (Tensor? input in inputs)
            input?.Dispose();
        return repetitions;

        Tensor Place(TensorSpec spec)
        {
            using Tensor host = Tensor.Empty(spec);
            return device.Place(host);
        }
    }
}
