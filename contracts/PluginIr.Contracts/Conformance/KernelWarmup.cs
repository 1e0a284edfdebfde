using PluginIr.Dispatch;

namespace PluginIr.Conformance;

/// <summary>Runs a kernel for every dtype that it takes, so that all of it is compiled before anybody waits for it.</summary>
/// <remarks>
/// Plugins are loaded to be unloaded again, and the runtime compiles such code at full optimisation at once: tiers, and the many calls that
/// they count, are for code that stays. So one run is enough in a host; more are for code that is not in a plugin, as in a vendor's
/// measurements. A packed entry calls the typed one, and the packed predicate the typed predicate: running the one compiles the other.
/// </remarks>
public static unsafe class KernelWarmup
{
    // Rows alone, in pairs and fours, and so many that kernels take the ways that they have for many, with some left over.
    private static readonly (long Rows, long Hidden)[] s_sizes = [(1, 64), (2, 64), (4, 64), (14, 128)];

    /// <summary>Runs the kernel and its predicate on small contiguous arguments of every dtype that it takes, with its optional ones and without.</summary>
    /// <param name="subject">The kernel. Prove it first: nothing is checked here, and what it throws is thrown.</param>
    /// <param name="repetitions">How often for each dtype, size and choice of optional arguments.</param>
    /// <returns>How many times the kernel was run; 0 when its predicate declined everything that the op takes.</returns>
    public static int Warm(ConformanceSubject subject, int repetitions = 1)
    {
        ArgumentNullException.ThrowIfNull(subject);
        IConformanceDevice device = subject.Device ?? new CpuConformanceDevice();
        int runs = 0;
        foreach (DType dtype in subject.TakenDTypes)
        {
            foreach ((long rows, long hidden) in s_sizes)
                runs += Warm(subject, dtype, rows, hidden, repetitions, device);
        }

        return runs;
    }

    // An op's generator makes choices that predicates decline, and the op itself may refuse a size; a few seeds, or the next size, find others.
    // A kernel may go one way where an optional argument is given, and another where it is not.
    private static int Warm(ConformanceSubject subject, DType dtype, long rows, long hidden, int repetitions, IConformanceDevice device)
    {
        const int Seeds = 8;
        int runs = 0, choices = 1 << Math.Min(Seeds, subject.Schema.Parameters.Count(p => p.IsOptional));
        var seen = new HashSet<string>();
        for (int seed = 0; seed < Seeds && seen.Count < choices; seed++)
        {
            var @case = new ConformanceCase(
                subject, dtype, rows, hidden, ConformanceLayout.Contiguous, default, ConformanceValues.Normal, seed);
            if (!@case.TryGenerate(out OpArguments? arguments, out TensorSpec[] specs))
                continue;
            using (arguments)
            {
                if (PredicateCheck.Accepts(subject, arguments) && seen.Add(Given(arguments)))
                    runs += Repeat(subject, arguments, specs, repetitions, device);
            }
        }

        return runs;
    }

    private static string Given(OpArguments arguments) =>
        string.Concat([.. arguments.Tensors.Select(t => t is null ? '-' : '+'), .. arguments.Attributes.Select(a => a.IsNone ? '-' : '+')]);

    private static int Repeat(
        ConformanceSubject subject, OpArguments arguments, TensorSpec[] specs, int repetitions, IConformanceDevice device)
    {
        Tensor?[] inputs = Array.ConvertAll(arguments.Tensors, t => t is null ? null : device.Place(t));
        Tensor[] outputs = subject.Kernel.Inplace == Inplace.Only
            ? [.. subject.Activations.Select(a => inputs[a]!)]
            : Array.ConvertAll(specs, Place);
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
