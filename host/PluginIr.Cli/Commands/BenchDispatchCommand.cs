using System.CommandLine;
using PluginIr.Cli.Benchmarks;
using PluginIr.Cli.Output;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir bench dispatch</c>: what dispatch costs over calling a kernel's method.</summary>
internal static class BenchDispatchCommand
{
    public static Command Create(SharedOptions shared)
    {
        var command = new Command("dispatch", "Times a kernel called directly and through dispatch, alternately, and counts allocated bytes.");
        Option<string> device = DeviceOption.Create();
        command.Options.Add(device);
        var quick = new Option<bool>("--quick") { Description = "Measure for a moment only; figures are rough." };
        command.Options.Add(quick);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
            bool isJson = shared.Json(parsed);
            Device chosen = DeviceOption.Of(parsed, device, application.Runtime);
            Effort effort = parsed.GetValue(quick) ? Effort.Quick : Effort.Nanoseconds;
            var results = new List<DispatchResult>();
            foreach (DispatchResult result in DispatchBenchmark.Run(application.Runtime, chosen, effort, cancellationToken))
            {
                results.Add(result);
                if (!isJson)
                    Console.Error.WriteLine($"measured {result.Kernel}, {result.Providers} providers");
            }

            if (isJson)
                Json.Write(Report(results, chosen));
            else
                Write(results);
            return ExitCode.Fine;
        });
        return command;
    }

    // The first case is the one that is quoted; the others stand beside it.
    private static object Report(IReadOnlyList<DispatchResult> results, Device device) => new
    {
        Device = $"{device}",
        results[0].Kernel,
        results[0].DirectNs,
        results[0].DispatchNs,
        results[0].OverheadNs,
        results[0].Ratio,
        results[0].AllocatedBytesPerCall,
        Cases = results,
    };

    private static void Write(IReadOnlyList<DispatchResult> results)
    {
        Table table = Terminal.Table("kernel", "providers", "declining first", "direct, ns", "dispatch, ns", "overhead, ns", "ratio", "bytes a call");
        foreach (DispatchResult result in results)
        {
            table.Row(
                result.Kernel, $"{result.Providers}", $"{result.Declining}", Terminal.Number(result.DirectNs, 2), Terminal.Number(result.DispatchNs, 2),
                Terminal.Number(result.OverheadNs, 2), Terminal.Number(result.Ratio, 3), Terminal.Number(result.AllocatedBytesPerCall, 2));
        }

        Terminal.Write(table);
    }
}
