using Xunit;

namespace PluginIr.CpuSimd.Tests.Levels;

/// <summary>The conformance matrix and the recorded vectors at every level that the machine has, each in a process of its own.</summary>
public sealed class EveryLevelTests
{
    public static TheoryData<Level> Levels => [.. Enum.GetValues<Level>()];

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task Every_kernel_passes_at_every_level(Level level)
    {
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable(LevelExtensions.Variable) is not null, "This process was started for one level already.");
        Assert.SkipUnless(
            level <= LevelExtensions.Current, $"This machine, or this process, has no {level}: its highest level is {LevelExtensions.Current}.");

        int expected = Subjects.All.Count + 1 + VectorTests.Ops.Count; // One a kernel, the level itself, one an op that has vectors.
        await OwnProcess.PassesAsync(level, expected, typeof(AtOneLevelTests), typeof(VectorTests));
    }
}
