using PluginIr.Conformance;
using PluginIr.Hosting.Configuration;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Loading;

/// <summary>Compares a new generation's kernels with their ops' native definitions, which also compiles them before anyone calls.</summary>
internal static class KernelProof
{
    // Tiered compilation counts calls once no new method has appeared for 100 ms, and then compiles in the background.
    private static readonly TimeSpan s_tieringDelay = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan s_tieringTime = TimeSpan.FromMilliseconds(60);

    /// <summary>Proves what the generation brings, as far as its ops are known.</summary>
    /// <param name="candidate">The registry as it would be with the generation.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="proof">How thoroughly.</param>
    /// <param name="time">How long it may take in all.</param>
    /// <param name="isReplacement">True when callers are about to move over from an older build, which must not make them slower.</param>
    /// <exception cref="PluginException">A kernel broke a rule.</exception>
    public static void Run(RegistrySnapshot candidate, Generation generation, Proof proof, TimeSpan time, bool isReplacement)
    {
        if (proof == Proof.Off)
            return;
        ConformanceSubject[] subjects = [.. Kernels(candidate, generation)];
        ConformanceReport report = ConformanceRun.Run(subjects, new ConformanceBudget
        {
            Extent = proof == Proof.Full ? ConformanceExtent.Full : ConformanceExtent.Quick,
            Total = proof == Proof.Full ? TimeSpan.MaxValue : time,
        });
        if (!report.Succeeded)
        {
            string failures = string.Join(" ", report.Failures.Select(f => f.Message));
            throw new PluginException($"{generation.Plugin} {generation.Version}", LoadStep.Prove, failures);
        }

        if (isReplacement && subjects.Length > 0)
            Warm(subjects);
    }

    private static IEnumerable<ConformanceSubject> Kernels(RegistrySnapshot candidate, Generation generation)
    {
        IEnumerable<RegisteredKernel> own = candidate.Kernels.Where(
            k => k.Generation == generation && k.Provider.Support.IsSupported && k.Provider.Device == DeviceKind.Cpu);
        return own.Select(k => new ConformanceSubject(k.Op.Descriptor, k.Descriptor));
    }

    private static void Warm(ConformanceSubject[] subjects)
    {
        Thread.Sleep(s_tieringDelay);
        foreach (ConformanceSubject subject in subjects)
            KernelWarmup.Warm(subject);
        Thread.Sleep(s_tieringTime);
    }
}
