using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace PluginIr.Cli.Tests.Support;

/// <summary>Runs the command as a process of its own, in the repository's folder.</summary>
internal static class Pluginir
{
    public static string Root { get; } = Path.GetFullPath(Metadata("RepositoryRoot"));

    public static string Vectors { get; } = Path.Combine(Root, "tests", "vectors", "ops-public.safetensors");

    public static string Model { get; } = Path.Combine(Root, "tests", "models", "qwen3-tiny");

    public static string TestPlugins { get; } = Path.Combine(Root, "artifacts", "test-plugins");

    public static string Plugins { get; } = Path.Combine(Root, "artifacts", "plugins");

    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    public static Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        WaitAsync(Start(environment, arguments));

    /// <summary>Runs the command with plugins that no proof keeps from serving.</summary>
    public static Task<CommandResult> RunUnprovedAsync(params string[] arguments) =>
        RunAsync(new Dictionary<string, string> { ["PLUGINIR_PROOF"] = "Off" }, arguments);

    /// <summary>Runs the command in another folder.</summary>
    public static Task<CommandResult> RunInAsync(string folder, params string[] arguments) =>
        WaitAsync(Start(new Dictionary<string, string>(), arguments, folder));

    /// <summary>Waits for a process and takes what it wrote.</summary>
    public static async Task<CommandResult> WaitAsync(Process started)
    {
        using Process process = started;
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancelled), error = process.StandardError.ReadToEndAsync(cancelled);
        await process.WaitForExitAsync(cancelled);
        return new CommandResult(process.ExitCode, await output, await error);
    }

    public static Process Start(IReadOnlyDictionary<string, string> environment, string[] arguments, string? folder = null)
    {
        var start = new ProcessStartInfo("dotnet", [Metadata("CommandFile"), .. arguments])
        {
            WorkingDirectory = folder ?? Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string Metadata(string key) => typeof(Pluginir).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
