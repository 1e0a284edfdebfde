using PluginIr.Registration;
using Xunit.Sdk;
using Xunit.v3;

// Nearly all the time goes to a few dozen kernels, which are the cases of one test.
[assembly: Parallelization(Mode = ParallelMode.All)]

namespace PluginIr.Conformance.Tests;

/// <summary>The kernels of this assembly, and runs of them.</summary>
internal static class Kit
{
    public static PluginConformance Own { get; } = PluginConformance.Of(typeof(Kit).Assembly);

    public static PluginConformance Native { get; } = PluginConformance.Of(typeof(Tensor).Assembly);

    public static PluginConformance CpuSimd { get; } = PluginConformance.Of(System.Reflection.Assembly.Load("PluginIr.CpuSimd"));

    public static ConformanceSubject Kernel(string provider, string op = "add") => Own.Kernels.Single(k => k.Name == $"{op}/{provider}");

    public static KernelReport Run(ConformanceSubject subject, ConformanceBudget? budget = null) =>
        Run([subject], budget ?? ConformanceBudget.Quick).Kernels[0];

    public static ConformanceReport Run(IReadOnlyList<ConformanceSubject> subjects, ConformanceBudget budget) =>
        ConformanceRun.Run(subjects, budget, TestContext.Current.CancellationToken);

    /// <summary>The same kernel with another claim, which a careless vendor might make.</summary>
    public static ConformanceSubject With(
        ConformanceSubject subject, Inplace inplace, bool strided, int alignment = 1, DTypes? dtypes = null) => new(subject.Op, new KernelDescriptor
        {
            Schema = subject.Kernel.Schema,
            Provider = subject.Kernel.Provider,
            Method = subject.Kernel.Method,
            Entry = subject.Kernel.Entry,
            PackedEntry = subject.Kernel.PackedEntry,
            DTypes = dtypes ?? subject.Kernel.DTypes,
            Inplace = inplace,
            Strided = strided,
            Alignment = alignment,
        });
}
