using System.Diagnostics;
using System.Runtime.Intrinsics;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>What <see cref="CompilationTests"/> says of this machine's vectors, said of narrower ones: each in a process of its own.</summary>
public sealed class NarrowerVectorsTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    public async Task A_swap_compiles_all_that_calls_need_with_narrower_vectors_too(string off, int bits)
    {
        int widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        Assert.SkipUnless(bits < widest, $"This process has no vectors wider than {widest} bits to switch off.");

        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(NarrowerVectorsTests).Assembly.Location);
        foreach (string argument in (string[])["-class", typeof(CompilationTests).FullName!, "-noColor"])
            start.ArgumentList.Add(argument);
        start.Environment[off] = "0";

        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration kill = TestContext.Current.CancellationToken.Register(process.Kill);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"With {bits} bits the test ended with {process.ExitCode}:\n{await output}{await errors}");
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", await output, StringComparison.Ordinal);
    }
}
