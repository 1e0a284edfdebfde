using PluginIr.Conformance;
using PluginIr.Hosting.Configuration;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using PluginIr.Runtime.Workers;

namespace PluginIr.Hosting.Loading;

/// <summary>Compares kernels with their ops' native definitions before anyone calls them. A kernel is proved when it is new or its op's definition is.</summary>
internal static class KernelProof
{
    // Enough for a kernel that shares its work to do so while it is proved.
    private const int Threads = 2;

    /// <summary>Proves what the generation brings, as far as its ops are known, and the kernels of others that its ops bring into use.</summary>
    /// <param name="runtime">What starts the devices that kernels are for.</param>
    /// <param name="candidate">The registry as it would be with the generation.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="proof">How thoroughly.</param>
    /// <param name="time">How long it may take in all.</param>
    /// <param name="doubtful">The generation's kernels that were never run, as they took none of their cases. They serve, and nobody may call them proved.</param>
    /// <param name="cancellationToken">Ends it between two cases: nobody waits for it any more.</param>
    /// <returns>What was found of other plugins' kernels. It is not the generation's fault.</returns>
    /// <exception cref="PluginException">A kernel of the generation broke a rule.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static KernelVerdicts Run(
        IrRuntime runtime, RegistrySnapshot candidate, Generation generation, Proof proof, TimeSpan time, out IReadOnlyList<KernelReport> doubtful,
        CancellationToken cancellationToken)
    {
        doubtful = [];

        // What is not compared cannot be held against anybody.
        if (proof == Proof.Off)
            return new KernelVerdicts { Fit = [.. Provable(candidate).Where(k => IsTriedWith(k, generation)).Select(KernelName.Of)] };
        RegisteredKernel[] kernels = Proved(candidate, generation);

        // Threads of its own: a kernel that hangs in its proof keeps them, and those that serve must not be kept.
        using var workers = new HostWorkerPool(Threads);
        using var devices = new ProofDevices(runtime, candidate, new CpuConformanceDevice(workers));
        ConformanceReport report = ConformanceRun.Run(Array.ConvertAll(kernels, k => SubjectOf(k, devices)), new ConformanceBudget
        {
            Extent = proof == Proof.Full ? ConformanceExtent.Full : ConformanceExtent.Quick,
            Total = proof == Proof.Full ? TimeSpan.MaxValue : time,
        }, cancellationToken);

        ILookup<bool, (RegisteredKernel Kernel, KernelReport Report)> isOwn = kernels.Zip(report.Kernels).ToLookup(k => k.First.Generation == generation);
        doubtful = [.. isOwn[true].Select(k => k.Report).Where(k => k.Doubt is not null)];
        string failures = string.Join('\n', isOwn[true].Select(k => Failures(k.Report)).Where(f => f.Length > 0));
        if (failures.Length > 0)
            throw new PluginException($"{generation.Plugin} {generation.Version}", LoadStep.Prove, failures);
        return new KernelVerdicts
        {
            Unfit = isOwn[false].Where(k => k.Report.Failures.Count > 0).ToDictionary(k => KernelName.Of(k.Kernel), k => Failures(k.Report)),
            Fit = [.. isOwn[false].Where(k => k.Report.Failures.Count == 0).Select(k => KernelName.Of(k.Kernel))],
        };
    }

    /// <summary>Compiles what the proof's budget has left out, at full optimisation: no caller is to wait for the compiler after the switch.</summary>
    /// <exception cref="PluginException">A kernel of the generation threw.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static void Warm(IrRuntime runtime, RegistrySnapshot candidate, Generation generation, CancellationToken cancellationToken)
    {
        using var devices = new ProofDevices(runtime, candidate, new CpuConformanceDevice());
        foreach (RegisteredKernel kernel in Provable(candidate).Where(k => k.Generation == generation))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                KernelWarmup.Warm(SubjectOf(kernel, devices));
            }
            catch (Exception failure)
            {
                throw new PluginException(
                    $"{generation.Plugin} {generation.Version}", LoadStep.Prove,
                    $"{kernel.Op.Name}/{kernel.Provider.Name} threw while it was warmed up. {failure.GetType().Name}: {failure.Message}", failure);
            }
        }
    }

    /// <summary>True when the proof runs code of other plugins that can be unloaded: kernels, definitions, device runtimes.</summary>
    public static bool InvolvesOthers(RegistrySnapshot candidate, Generation generation)
    {
        Generation[] others = [.. candidate.Generations.Where(g => g != generation && g.CodeOwner is not null)];
        return Proved(candidate, generation).Any(k =>
            others.Contains(k.Generation) || others.Contains(k.Op.Generation) || others.Any(g => g.DeviceRuntimes.Any(r => r.Kind == k.Provider.Device)));
    }

    private static RegisteredKernel[] Proved(RegistrySnapshot candidate, Generation generation) =>
        [.. Provable(candidate).Where(k => k.Generation == generation || IsTriedWith(k, generation))];

    // Native is what the others are proved against.
    private static IEnumerable<RegisteredKernel> Provable(RegistrySnapshot candidate) => candidate.Kernels.Where(
        k => k.Provider.Name != RegisteredProvider.Native && k.Provider.Support.IsSupported);

    // Another plugin's kernel whose op has a new definition, or under which the memory that it works on has changed.
    private static bool IsTriedWith(RegisteredKernel kernel, Generation generation) => kernel.Generation != generation &&
        (kernel.Op.Generation == generation || generation.DeviceRuntimes.Any(r => r.Kind == kernel.Provider.Device));

    // One finding a line.
    private static string Failures(KernelReport report) => string.Join('\n', report.Findings);

    private static ConformanceSubject SubjectOf(RegisteredKernel kernel, ProofDevices devices) =>
        new(kernel.Op.Descriptor, kernel.Descriptor, devices.Of(kernel.Provider.Device));
}
