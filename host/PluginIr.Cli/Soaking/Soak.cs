using System.Diagnostics;
using PluginIr.Cli.Benchmarks;
using PluginIr.Cli.Soaking.Faults;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Plugins;

namespace PluginIr.Cli.Soaking;

/// <summary>Replaces a plugin again and again, the way a build does it, while threads call its kernels.</summary>
/// <param name="application">The host, which watches the plugin's folder.</param>
/// <param name="folder">The plugin's folder.</param>
/// <param name="threads">How many threads call.</param>
/// <param name="device">Where their tensors are.</param>
/// <param name="model">The folder of a model that one more thread generates text with; null for none.</param>
/// <param name="faulty">The folder of the plugin to try faults with; null to try none.</param>
/// <param name="progress">Told of progress, line by line.</param>
internal sealed class Soak(Application application, string folder, int threads, Device device, string? model, string? faulty, Action<string> progress)
{
    private static readonly TimeSpan s_steady = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_longestSwap = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestUnload = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);

    /// <summary>Runs.</summary>
    /// <param name="swaps">How many swaps.</param>
    /// <param name="cancellationToken">Stops between two swaps.</param>
    public async Task<SoakReport> RunAsync(int swaps, CancellationToken cancellationToken)
    {
        using SoakGenerator? generator = model is null ? null : new SoakGenerator(application.Runtime, model, device, application.CompileOptions);
        SoakCaller[] callers = [.. Enumerable.Range(0, threads).Select(_ => new SoakCaller(application.Runtime, device))];
        Measured measured;
        try
        {
            foreach (SoakCaller caller in callers)
                caller.Start();
            generator?.Start();
            measured = await MeasureAsync(swaps, callers, generator, cancellationToken);
        }
        finally
        {
            // However it ends: nobody calls while the host is disposed of.
            foreach (SoakCaller caller in callers)
                caller.Stop();
            generator?.Stop();
        }

        if (callers.Select(c => c.Calls.Failure).Append(generator?.Texts.Failure).FirstOrDefault(f => f is not null) is { } failure)
            progress($"first failure: {failure}");
        await UnloadedAsync(cancellationToken);
        return new SoakReport(
            application.Plugins.Swaps, application.Plugins.Refusals, Sum(callers, c => c.Done), Sum(callers, c => c.Failed), Sum(callers, c => c.Wrong),
            1 + application.Plugins.Retired.Count(r => r.Plugin == measured.Plugin), (Rss() - measured.RssAfterFirst) / 1e6, measured.P999Ratio,
            Stopwatch.GetElapsedTime(0, measured.MaxGap).TotalMilliseconds,
            Alternation.Median([.. callers.SelectMany(c => c.FirstCallRatios())]),
            measured.ManifestToServing,
            measured.Steps, measured.DeviceGrowth, generator is null ? null : new SoakTexts(generator.Texts.Done, generator.Texts.Failed, generator.Texts.Wrong), measured.Faults);
    }

    // While the callers call.
    private async Task<Measured> MeasureAsync(int swaps, SoakCaller[] callers, SoakGenerator? generator, CancellationToken cancellationToken)
    {
        // Compiled at full optimisation first, then measured without swaps, then with them.
        await Task.Delay(s_steady, cancellationToken);
        Take(callers);
        progress($"calling from {threads} threads without swaps, for {s_steady.TotalSeconds:0} s");
        await Task.Delay(s_steady, cancellationToken);
        (LatencyHistogram steady, _) = Take(callers);

        using var steps = new SwapSteps();
        string plugin = application.Plugins.Plugins[0].Name;
        var toServing = new List<double>();
        long rssAfterFirst = 0, onDeviceAfterFirst = 0;
        for (int swap = 0; swap < swaps; swap++)
        {
            toServing.Add(await SwapAsync(swap, cancellationToken));
            if (swap == swaps / 10)
                (rssAfterFirst, onDeviceAfterFirst) = await MemoryAsync(generator, cancellationToken);
            if ((swap + 1) % Math.Max(1, swaps / 10) == 0)
            {
                progress(
                    $"{swap + 1} of {swaps} swaps, {Sum(callers, c => c.Done)} calls, {Sum(callers, c => c.Failed)} failed, " +
                    $"{Sum(callers, c => c.Wrong)} wrong{Describe(generator)}");
            }
        }

        (LatencyHistogram swapping, long maxGap) = Take(callers);
        IReadOnlyDictionary<string, double> medians = steps.Medians();
        (_, long onDevice) = await MemoryAsync(generator, cancellationToken);
        double? deviceGrowth = device.IsCpu ? null : (onDevice - onDeviceAfterFirst) / 1e6;
        IReadOnlyList<FaultResult>? faults = await TryFaultsAsync(
            () => Sum(callers, c => c.Failed + c.Wrong) + (generator is null ? 0 : generator.Texts.Failed + generator.Texts.Wrong), cancellationToken);
        return new Measured(
            plugin, swapping.Quantile(0.999) / steady.Quantile(0.999), maxGap, SoakTimes.Of(toServing), medians, rssAfterFirst, deviceGrowth, faults);
    }

    private async Task<IReadOnlyList<FaultResult>?> TryFaultsAsync(Func<long> lost, CancellationToken cancellationToken)
    {
        if (faulty is null)
            return null;
        using var run = new FaultRun(application, folder, faulty, lost);
        return await run.RunAsync(progress, cancellationToken);
    }

    // Another version of the same files: the manifest is a build's identity. Written last and in one step, as a build does.
    private async Task<double> SwapAsync(int number, CancellationToken cancellationToken)
    {
        string manifest = Path.Combine(folder, PluginManifest.FileName), incoming = manifest + ".new";
        File.WriteAllText(incoming, ReplaceVersion(File.ReadAllText(manifest), $"0.0.{number}"));
        string hash = PluginManifest.HashOf(File.ReadAllBytes(incoming));
        long start = Stopwatch.GetTimestamp();
        File.Move(incoming, manifest, overwrite: true);
        while (application.Plugins.Plugins.All(p => p.ContentHash != hash))
        {
            // A build that was refused stays so until its manifest changes.
            if (application.Plugins.Plugins.FirstOrDefault(p => p.RefusedHash == hash) is { } refused)
                throw new CheckException($"Swap {number + 1}: the build written to {folder} does not serve. {refused.Problem}");
            if (Stopwatch.GetElapsedTime(start) > s_longestSwap)
            {
                throw new CheckException(
                    $"Swap {number + 1}: the build written to {folder} did not serve within {s_longestSwap.TotalSeconds} s. {application.Plugins.Plugins[0].Problem}");
            }

            await Task.Delay(s_look, cancellationToken);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private async Task UnloadedAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (application.Plugins.Retired.Any(r => r.State != RetiredState.Leaked) && Stopwatch.GetElapsedTime(start) < s_longestUnload)
            await Task.Delay(s_look, cancellationToken);
    }

    private static (LatencyHistogram Times, long MaxGap) Take(SoakCaller[] callers)
    {
        var times = new LatencyHistogram();
        long maxGap = 0;
        foreach (SoakCaller caller in callers)
        {
            (LatencyHistogram own, long gap) = caller.TakeTimes();
            times.Add(own);
            maxGap = Math.Max(maxGap, gap);
        }

        return (times, maxGap);
    }

    private static long Sum(SoakCaller[] callers, Func<SoakTally, long> count) => callers.Sum(c => count(c.Calls));

    private static string ReplaceVersion(string manifest, string version)
    {
        System.Text.Json.Nodes.JsonNode node = System.Text.Json.Nodes.JsonNode.Parse(manifest)!;
        node["version"] = version;
        return node.ToJsonString();
    }

    private static string Describe(SoakGenerator? generator) => generator is null
        ? ""
        : $", {generator.Texts.Done} texts, {generator.Texts.Failed} failed, {generator.Texts.Wrong} wrong";

    // What the process has, and what is allocated on the device but for a text that is being generated. A generation that is on its way out has
    // workspaces of its own there.
    private async Task<(long Rss, long OnDevice)> MemoryAsync(SoakGenerator? generator, CancellationToken cancellationToken)
    {
        await UnloadedAsync(cancellationToken);
        return (Rss(), generator is null ? OnDevice() : generator.Between(OnDevice));
    }

    private long OnDevice() => application.Runtime.Devices.SelectMany(k => k.Devices).FirstOrDefault(d => d.Device == $"{device}")?.Memory?.CurrentBytes ?? 0;

    private static long Rss()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    // What is known while the callers still call, of which the rest of the report is made once they have stopped.
    private sealed record Measured(
        string Plugin, double P999Ratio, long MaxGap, SoakTimes ManifestToServing, IReadOnlyDictionary<string, double> Steps, long RssAfterFirst,
        double? DeviceGrowth, IReadOnlyList<FaultResult>? Faults);
}
