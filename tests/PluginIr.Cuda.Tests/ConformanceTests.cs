using PluginIr.Conformance;
using PluginIr.Cuda.Tests.Simulation;
using Xunit;

namespace PluginIr.Cuda.Tests;

/// <summary>The kernels as they are registered, on ILGPU's simulation of a GPU, against the ops' definitions.</summary>
[Collection(nameof(SimulatedGpu))]
public sealed class ConformanceTests
{
    // A simulated thread is a thread: what a GPU does in microseconds takes milliseconds. Every dtype and placement is run whatever the time.
    private static readonly ConformanceBudget s_budget = ConformanceBudget.Quick with { PerKernel = TimeSpan.FromSeconds(1.5) };

    [Theory]
    [MemberData(nameof(Subjects.Names), MemberType = typeof(Subjects))]
    public void A_kernel_is_its_op_on_a_simulated_gpu(string op)
    {
        KernelReport report = ConformanceRun.Run([Subjects.Get(op)], s_budget, TestContext.Current.CancellationToken).Kernels[0];
        Assert.Empty(report.Failures.Select(failure => failure.ToString()));
        Assert.NotEqual(0, report.Passed);
    }
}
