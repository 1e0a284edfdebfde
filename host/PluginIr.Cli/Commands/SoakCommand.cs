using System.CommandLine;
using PluginIr.Cli.Output;
using PluginIr.Cli.Soaking;
using PluginIr.Cli.Soaking.Faults;
using PluginIr.Hosting.Configuration;
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
        var model = new Option<DirectoryInfo?>("--model") { Description = "A model's folder, as for generate: one more thread generates text with it, eagerly and compiled, and checks the tokens." };
        var faults = new Option<bool>("--faults") { Description = "Then tries every known way in which a build can be bad, under the same load." };
        var faulty = new Option<string?>("--faulty-plugin")
        {
            Description = "The folder of the plugin that faults are tried with, PluginIr.Fixtures.Faulty; by default test-plugins/PluginIr.Fixtures.Faulty beside the plugins' folder.",
        };
        Option<string> device = DeviceOption.Create();
        var command = new Command(
            name,
            "Replaces the plugin that serves rms_norm again and again while threads call it, and checks that no call is lost, wrong or " +
            "delayed and that nothing stays in memory. Ends with 1 when something is.") { swaps, threads, model, faults, faulty, device };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            shared, parsed, device, parsed.GetValue(swaps), parsed.GetValue(threads), parsed.GetValue(model)?.FullName, parsed.GetValue(faults), parsed.GetValue(faulty), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        SharedOptions shared, ParseResult parsed, Option<string> device, int swaps, int threads, string? model, bool withFaults, string? faulty, CancellationToken cancellationToken)
    {
        if (swaps < 1 || threads < 1)
            throw new InputException($"--swaps and --threads must be at least 1; found {swaps} and {threads}.");
        bool isJson = shared.Json(parsed);
        string copy = Directory.CreateTempSubdirectory("pluginir-soak-").FullName;
        try
        {
            // Works on a copy of the plugin: what was installed stays as it is.
            string folder = Path.Combine(copy, "plugin");
            string serving = await ServingAsync(shared, parsed, device, cancellationToken);
            PluginBuilds.Install(serving, folder);
            await using Application application = await Application.StartAsync(
                shared, parsed, ApplicationKind.Working, cancellationToken, options => (withFaults ? Hasty(options) : options) with { Plugins = [copy] });
            var soak = new Soak(
                application, folder, threads, DeviceOption.Of(parsed, device, application.Runtime), model, withFaults ? FaultyPlugin(faulty, serving) : null, line => Console.Error.WriteLine(line));
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

    // What hangs or stays is to be noticed soon; nothing else depends on these times.
    private static PluginIrOptions Hasty(PluginIrOptions options) => options with
    {
        SettleTime = TimeSpan.FromMilliseconds(200),
        LoadTimeout = TimeSpan.FromSeconds(5),
        DrainDeadline = TimeSpan.FromMilliseconds(300),
        DisposeTimeout = TimeSpan.FromMilliseconds(300),
    };

    private static string FaultyPlugin(string? given, string serving)
    {
        string folder = given ?? Path.GetFullPath(Path.Combine(serving, "..", "..", "test-plugins", "PluginIr.Fixtures.Faulty"));
        return File.Exists(Path.Combine(folder, PluginManifest.FileName)) ? folder : throw new InputException(
            $"--faults needs the build of tests/plugins/PluginIr.Fixtures.Faulty; there is none in {folder}. Build it, or name its folder with --faulty-plugin.");
    }

    // The folder of the plugin whose provider comes first for rms_norm.
    private static async Task<string> ServingAsync(SharedOptions shared, ParseResult parsed, Option<string> device, CancellationToken cancellationToken)
    {
        await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
        Runtime.Registry.RegistrySnapshot registry = application.Runtime.Registry;
        string plugin = registry.OrderOf(registry.Op("rms_norm"), DeviceOption.Of(parsed, device, application.Runtime).Kind).FirstOrDefault()?.Generation.Plugin ?? "";
        PluginStatus? status = application.Plugins.Plugins.FirstOrDefault(p => p.Name == plugin && p.State == PluginState.Serving);
        return status?.Folder ?? throw new InputException(
            "No loaded plugin serves rms_norm; name the folder of one that does with --plugins, and put its provider first with --priority.");
    }

    private static void Write(SoakReport report)
    {
        Console.WriteLine($"swaps {report.Swaps}, refused {report.Refused}");
        Console.WriteLine($"calls {report.Calls}, failed {report.Failed}, wrong {report.Wrong}");
        if (report.Texts is { } texts)
            Console.WriteLine($"texts generated {texts.Generated}, failed {texts.Failed}, wrong {texts.Wrong}");
        Console.WriteLine($"generations in memory {report.GenerationsAlive}, memory grew by {Terminal.Number(report.RssGrowthMb, 1)} MB after the first tenth");
        if (report.DeviceGrowthMb is { } growth)
            Console.WriteLine($"memory on the device grew by {Terminal.Number(growth, 1)} MB");
        Console.WriteLine($"99.9 % of calls: {Terminal.Number(report.P999Ratio, 2)} times the time without swaps; longest gap {Terminal.Number(report.MaxGapMs, 1)} ms");
        Console.WriteLine($"first call after a switch: {Terminal.Number(report.FirstCallRatio, 2)} times the steady median");
        Console.WriteLine($"manifest to serving: median {Terminal.Number(report.ManifestToServingMs.Median, 0)} ms, 95 % {Terminal.Number(report.ManifestToServingMs.P95, 0)} ms");
        foreach (FaultResult fault in report.Faults ?? [])
            Console.WriteLine($"{(fault.Survived ? "survived" : "NOT SURVIVED")} {fault.Name}: {fault.Event}");
        Console.WriteLine($"steps, median ms: {string.Join(", ", report.StepsMs.Select(s => $"{s.Key} {Terminal.Number(s.Value, 1)}"))}");
    }
}
