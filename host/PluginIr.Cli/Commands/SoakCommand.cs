using System.CommandLine;
using PluginIr.Cli.Output;
using PluginIr.Cli.Soaking;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Plugins;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir soak</c>: swaps under load.</summary>
internal static class SoakCommand
{
    /// <summary>The command.</summary>
    /// <param name="shared">The options that every command takes.</param>
    /// <param name="name">Its name: <c>soak</c>, and <c>swap</c> among the measurements.</param>
    /// <param name="defaultSwaps">How many swaps unless it is told otherwise.</param>
    /// <param name="defaultThreads">How many threads unless it is told otherwise.</param>
    public static Command Create(SharedOptions shared, string name, int defaultSwaps, int defaultThreads)
    {
        var swaps = new Option<int>("--swaps") { Description = "How many swaps.", DefaultValueFactory = _ => defaultSwaps };
        var threads = new Option<int>("--threads") { Description = "How many threads call meanwhile.", DefaultValueFactory = _ => defaultThreads };
        var command = new Command(
            name,
            "Replaces the plugin that serves rms_norm again and again while threads call it, and checks that no call is lost, wrong or " +
            "delayed and that nothing stays in memory. Ends with 1 when something is.") { swaps, threads };
        command.SetAction((parsed, cancellationToken) => RunAsync(shared, parsed, parsed.GetValue(swaps), parsed.GetValue(threads), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(SharedOptions shared, ParseResult parsed, int swaps, int threads, CancellationToken cancellationToken)
    {
        if (swaps < 1 || threads < 1)
            throw new InputException($"--swaps and --threads must be at least 1; found {swaps} and {threads}.");
        bool isJson = shared.Json(parsed);
        string copy = Directory.CreateTempSubdirectory("pluginir-soak-").FullName;
        try
        {
            // Works on a copy of the plugin: what was installed stays as it is.
            string folder = Path.Combine(copy, "plugin");
            PluginBuilds.Install(await ServingAsync(shared, parsed, cancellationToken), folder);
            await using Application application = await Application.StartAsync(
                shared, parsed, ApplicationKind.Working, cancellationToken, options => options with { Plugins = [copy] });
            var soak = new Soak(application, folder, threads, line => Console.Error.WriteLine(line));
            SoakReport report = await soak.RunAsync(swaps, cancellationToken);
            if (isJson)
                Json.Write(report);
            else
                Write(report);
            return report.IsFine ? ExitCode.Fine : ExitCode.CheckFailed;
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    // The folder of the plugin whose provider comes first for rms_norm.
    private static async Task<string> ServingAsync(SharedOptions shared, ParseResult parsed, CancellationToken cancellationToken)
    {
        await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
        Runtime.Registry.RegistrySnapshot registry = application.Runtime.Registry;
        string plugin = registry.OrderOf(registry.Op("rms_norm"), DeviceKind.Cpu)[0].Generation.Plugin;
        PluginStatus? status = application.Plugins.Plugins.FirstOrDefault(p => p.Name == plugin && p.State == PluginState.Serving);
        return status?.Folder ?? throw new InputException(
            "No loaded plugin serves rms_norm; name the folder of one that does with --plugins, and put its provider first with --priority.");
    }

    private static void Write(SoakReport report)
    {
        Console.WriteLine($"swaps {report.Swaps}, refused {report.Refused}");
        Console.WriteLine($"calls {report.Calls}, failed {report.Failed}, wrong {report.Wrong}");
        Console.WriteLine($"generations in memory {report.GenerationsAlive}, memory grew by {Terminal.Number(report.RssGrowthMb, 1)} MB after the first tenth");
        Console.WriteLine($"99.9 % of calls: {Terminal.Number(report.P999Ratio, 2)} times the time without swaps; longest gap {Terminal.Number(report.MaxGapMs, 1)} ms");
        Console.WriteLine($"manifest to serving: median {Terminal.Number(report.ManifestToServingMs.Median, 0)} ms, 95 % {Terminal.Number(report.ManifestToServingMs.P95, 0)} ms");
    }
}
