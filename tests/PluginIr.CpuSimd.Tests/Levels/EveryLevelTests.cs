using System.Diagnostics;
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

        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(EveryLevelTests).Assembly.Location);
        foreach (Type tests in (Type[])[typeof(AtOneLevelTests), typeof(VectorTests)])
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add(tests.FullName!);
        }

        start.ArgumentList.Add("-noColor");
        start.Environment[LevelExtensions.Variable] = level.ToString();
        if (level.Switch() is { } name)
            start.Environment[name] = "0";

        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration kill = TestContext.Current.CancellationToken.Register(process.Kill);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"At {level} the tests ended with {process.ExitCode}:\n{await output}{await errors}");
        int expected = Subjects.All.Count + 1 + VectorTests.Ops.Count; // One a kernel, the level itself, one an op that has vectors.
        Assert.Contains($"Total: {expected}, Errors: 0, Failed: 0, Skipped: 0", await output, StringComparison.Ordinal);
    }
}
