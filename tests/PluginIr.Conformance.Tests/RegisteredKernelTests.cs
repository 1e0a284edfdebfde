namespace PluginIr.Conformance.Tests;

/// <summary>The kernels that this repository ships.</summary>
public sealed class RegisteredKernelTests
{
    private const int Sample = 150;

    public static TheoryData<string> NativeNames => [.. Kit.Native.Kernels.Select(k => k.Name)];

    public static TheoryData<string> CpuSimdNames => [.. Kit.CpuSimd.Kernels.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(NativeNames))]
    public void Every_native_definition_keeps_the_rules(string name)
    {
        // The quick cases and a good sample of the others.
        var check = new KernelCheck();
        foreach (ConformanceCase @case in ConformanceMatrix.Of(Kit.Native.Kernels.Single(k => k.Name == name)).Take(Sample))
        {
            ConformanceResult result = check.Check(@case);
            Assert.True(result.Outcome is ConformanceOutcome.Passed or ConformanceOutcome.Refused, $"{@case}: {result}");
            Assert.True(result.Outcome == ConformanceOutcome.Passed || @case.Rows == 0, $"{@case} was refused.");
        }
    }

    [Theory]
    [MemberData(nameof(CpuSimdNames))]
    public void Every_kernel_of_cpu_simd_passes_the_whole_matrix(string name)
    {
        KernelReport report = Kit.Run(Kit.CpuSimd.Kernels.Single(k => k.Name == name), ConformanceBudget.Full);
        Assert.True(report is { IsProven: true, IsComplete: true }, report.ToString());
    }

    [Fact]
    public void All_twenty_seven_ops_are_there() => Assert.Equal(27, Kit.Native.Kernels.Count);
}
