using System.Diagnostics;

namespace PluginIr.Contracts.Tests.Staging;

/// <summary>Runs the SDK as a process of its own.</summary>
internal static class Dotnet
{
    /// <summary>Runs it.</summary>
    /// <param name="arguments">Its command and that command's arguments.</param>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        // No servers: what the test starts ends with it.
        var start = new ProcessStartInfo("dotnet", [.. arguments, "-v", "quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
