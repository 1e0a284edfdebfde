using System.CommandLine;
using PluginIr.Cli.Benchmarks;
using PluginIr.Cli.Benchmarks.Limits;
using PluginIr.Cli.Benchmarks.Ops;
using PluginIr.Cli.Output;
using PluginIr.Dispatch;
using PluginIr.Runtime;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir bench ops</c>: ops against what users would pick instead, and against the machine's limits.</summary>
internal static class BenchOpsCommand
{
    public static Command Create(SharedOptions shared)
    {
        var options = new BenchOpsOptions();
        var command = new Command(
            "ops", "Times ops against ONNX Runtime, compositions on TensorPrimitives, plain loops, and what the machine can do at most.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(shared, options, parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(SharedOptions shared, BenchOpsOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        IReadOnlyList<OpCase> cases = options.Cases(parsed);
        IPeers? peers = options.LoadPeers(parsed);
        await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
        Device device = options.Device(parsed, application.Runtime);
        if (device.IsCpu)
            await RunOnCpuAsync(shared, parsed, options, application, peers, cases, cancellationToken);
        else
            RunOnDevice(shared, parsed, options, application, device, cases, cancellationToken);
        return ExitCode.Fine;
    }

    private static async Task RunOnCpuAsync(
        SharedOptions shared, ParseResult parsed, BenchOpsOptions options, Application application, IPeers? peers, IReadOnlyList<OpCase> cases,
        CancellationToken cancellationToken)
    {
        foreach (OpCase @case in cases)
            WorkCopy.CountFor(@case); // refuses what is too small to be cold before anything is timed
        await using Application? baseline =
            options.Baseline(parsed) is { } before ? await StartBaselineAsync(shared, parsed, before, cancellationToken) : null;
        if (peers is null && baseline is null)
            Console.Error.WriteLine("No --peers: ops are compared with plain loops alone.");

        Effort effort = options.IsQuick(parsed) ? Effort.Quick : Effort.Full;
        IReadOnlyList<int> threads = options.Threads(parsed);
        MachineLimit[] limits = [.. MachineLimits.Measure(application.Runtime, threads, effort)];
        List<OpResult> results = Measure(new OpBenchmark(application.Runtime, RivalsOf(baseline, peers), effort), cases, threads, cancellationToken);
        if (shared.Json(parsed))
            Json.Write(results);
        else if (baseline is not null)
            OpReport.WriteAgainstBaseline(results, limits);
        else
            OpReport.Write(results, limits);
        if (options.Out(parsed) is { } target)
        {
            var machine = MachineDescription.Of(options.Describe(parsed), peers?.Versions ?? new Dictionary<string, string>(), limits);
            OpReport.Save(target.FullName, results, machine, peers);
        }

        if (options.Plot(parsed) is { } plot)
            peers!.Plot(results, plot.FullName);
    }

    // The same settings but for the plugins: the same order of providers.
    private static async Task<Application> StartBaselineAsync(
        SharedOptions shared, ParseResult parsed, string plugins, CancellationToken cancellationToken)
    {
        try
        {
            return await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken, options => options with { Plugins = [plugins] });
        }
        catch (Exception failure) when (InputException.IsLike(failure))
        {
            throw new InputException($"--baseline '{plugins}': {failure.Message}", failure);
        }
    }

    private static Rivals RivalsOf(Application? baseline, IPeers? peers)
    {
        if (baseline is null)
            return (work, threads) => [new LoopRun(work), .. peers?.RunsOf(work, threads) ?? []];
        IrRuntime ir = baseline.Runtime;
        return (work, threads) =>
        {
            ir.Threads = threads;
            return [new BaselineRun(work, ir)];
        };
    }

    private static void RunOnDevice(
        SharedOptions shared, ParseResult parsed, BenchOpsOptions options, Application application, Device device, IReadOnlyList<OpCase> cases,
        CancellationToken cancellationToken)
    {
        options.RequireNothingOfCpu(parsed);
        using var benchmark = new DeviceOpBenchmark(application.Runtime, device, options.IsQuick(parsed) ? Effort.Quick : Effort.Full);
        var results = new List<OpResult>();
        cases = [.. cases.Select(c => c with { Cold = false }).Distinct()]; // on a device all are cold, whatever they are called
        foreach (OpCase @case in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                results.Add(benchmark.Run(@case));
                Console.Error.WriteLine(
                    $"[{results.Count}/{cases.Count}] {@case} on {device}: {Terminal.Number(results[^1].OursUs, 2)} µs by {results[^1].Provider}, " +
                    $"{Terminal.Number(100 * results[^1].LimitFraction, 0)} % of the limit");
            }
            catch (NoKernelException)
            {
                Console.Error.WriteLine($"{@case}: no kernel takes it on {device}; 'pluginir explain {@case.Op} --device {device.Kind.Name}' says why.");
            }
        }

        if (shared.Json(parsed))
            Json.Write(results);
        else
            OpReport.WriteOnDevice(results, benchmark.CopySpeed);
        if (options.Out(parsed) is { } target)
        {
            string name = application.Runtime.Devices.SelectMany(k => k.Devices).First(d => d.Device == $"{device}").Name;
            OpReport.SaveOnDevice(target.FullName, results, new DeviceMachine($"{device}", name, Math.Round(benchmark.CopySpeed, 1), options.Describe(parsed)));
        }
    }

    private static List<OpResult> Measure(
        OpBenchmark benchmark, IReadOnlyList<OpCase> cases, IReadOnlyList<int> threads, CancellationToken cancellationToken)
    {
        var results = new List<OpResult>();
        foreach (OpCase @case in cases)
        {
            foreach (int count in threads)
            {
                cancellationToken.ThrowIfCancellationRequested();
                OpResult result = benchmark.Run(@case, count);
                results.Add(result);
                Console.Error.WriteLine(
                    $"[{results.Count}/{cases.Count * threads.Count}] {@case}{(result.Copies > 1 ? $" over {result.Copies} copies" : "")}, {count} threads: " +
                    $"{Terminal.Number(result.OursUs, 2)} µs by {result.Provider}, {Terminal.Number(result.Ratio!.Value, 2)} x {result.BestPeer}, {Terminal.Number(100 * result.LimitFraction, 0)} % of the limit");
            }
        }

        return results;
    }
}
