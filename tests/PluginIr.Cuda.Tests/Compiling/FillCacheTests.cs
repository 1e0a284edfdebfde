using System.Diagnostics;
using PluginIr.Cuda.Compiling;
using Xunit;

namespace PluginIr.Cuda.Tests.Compiling;

/// <summary>The program behind scripts/cuda-cache.</summary>
public sealed class FillCacheTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_folder_that_takes_nothing_is_an_error_that_names_it()
    {
        string project = Directory.GetParent(AppContext.BaseDirectory)!.Parent!.Parent!.Parent!.FullName;
        string program = Path.Combine(
            Directory.GetParent(project)!.FullName, "PluginIr.Cuda.FillCache", Path.GetRelativePath(project, AppContext.BaseDirectory),
            OperatingSystem.IsWindows() ? "PluginIr.Cuda.FillCache.exe" : "PluginIr.Cuda.FillCache");
        using var process = Process.Start(new ProcessStartInfo(program, "sm_80")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { [PtxCache.Variable] = _file },
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, ""), (process.ExitCode, await output));
        Assert.Contains(_file, error);
    }
}
