using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace PluginIr.CpuSimd.Tests.Levels;

/// <summary>Some of a test project's classes, run in a process of their own at one level.</summary>
internal static class OwnProcess
{
    /// <summary>Runs them, and fails unless so many tests pass and none does anything else.</summary>
    /// <param name="level">The level.</param>
    /// <param name="expected">How many tests they are.</param>
    /// <param name="classes">The classes, of one project.</param>
    public static async Task PassesAsync(Level level, int expected, params Type[] classes)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        foreach (Type tests in classes)
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
        Assert.Contains($"Total: {expected}, Errors: 0, Failed: 0, Skipped: 0", await output, StringComparison.Ordinal);
    }
}
