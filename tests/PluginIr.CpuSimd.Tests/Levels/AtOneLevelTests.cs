using PluginIr.Conformance;
using Xunit;

namespace PluginIr.CpuSimd.Tests.Levels;

/// <summary>Every kernel at the level of this process: the highest, or the one that <see cref="EveryLevelTests"/> started it at.</summary>
public sealed class AtOneLevelTests
{
    [Fact]
    public void The_process_runs_at_the_level_that_it_was_started_at()
    {
        string? asked = Environment.GetEnvironmentVariable(LevelExtensions.Variable);
        if (asked is not null)
            Assert.Equal(asked, LevelExtensions.Current.ToString());
    }

    [Theory]
    [MemberData(nameof(Subjects.Names), MemberType = typeof(Subjects))]
    public void A_kernel_passes_the_quick_cases(string op)
    {
        KernelReport report = ConformanceRun.Run([Subjects.Get(op)], ConformanceBudget.Quick, TestContext.Current.CancellationToken).Kernels[0];
        Assert.True(report is { IsProven: true, IsComplete: true }, report.ToString());
    }
}
