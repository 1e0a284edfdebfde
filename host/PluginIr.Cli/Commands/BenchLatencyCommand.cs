using System.CommandLine;
using PluginIr.Cli.Benchmarks.Latency;
using PluginIr.Cli.Output;
using PluginIr.Models.Qwen3;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir bench latency</c>: how long a model's text generation takes, and how much of it is reading weights.</summary>
internal static class BenchLatencyCommand
{
    public static Command Create(SharedOptions shared)
    {
        var options = new BenchLatencyOptions();
        var command = new Command("latency", "Times a model's greedy generation beside how fast its weights can be read.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            LatencySizes sizes = options.Sizes(parsed);
            Qwen3Config? shape = options.Shape(parsed);
            await using Application application = await Application.StartAsync(
                shared, parsed, ApplicationKind.Reading, cancellationToken, options.Change(parsed));
            using Qwen3Model model = options.Load(parsed, application.Runtime, shape, sizes);
            var benchmark = new LatencyBenchmark(application.Runtime, model, sizes, application.CompileOptions, Console.Error);
            (double bytesPerNanosecond, IReadOnlyList<LatencyVariant> variants) = benchmark.Measure(options.IsEagerOnly(parsed), cancellationToken);
            var report = new LatencyReport(
                options.Model(parsed), $"{model.Device}", model.DType.ShortName(), sizes.Batch, sizes.InputLength, sizes.OutputLength, application.Runtime.Threads,
                model.WeightBytesRead, Math.Round(bytesPerNanosecond, 1), variants);
            if (shared.Json(parsed))
                Json.Write(report);
            else
                Write(report);
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Write(LatencyReport report)
    {
        Console.WriteLine(
            $"{report.Model} on {report.Device}, {report.Dtype}, {report.Threads} threads: {report.Batch} x ({report.InputLen} tokens in, {report.OutputLen} out)");
        Console.WriteLine(
            $"A step reads {report.WeightBytes / 1e6:0.0} MB of weights, which takes {report.WeightBytes / report.ReadGbS / 1e6:0.00} ms " +
            $"at {report.ReadGbS:0.0} GB/s.");
        Table table = Terminal.Table(
            "variant", "run, s", "90 %, s", "prompts, s", "step, ms", "tokens/s", "of the limit", "managed bytes a step",
            "activations, KiB", "norms", "over direct");
        foreach (LatencyVariant variant in report.Variants)
        {
            table.Row(
                variant.Name, Terminal.Number(variant.MedianS, 3), Terminal.Number(variant.P90S, 3), Terminal.Number(variant.PrefillS, 3),
                Terminal.Number(variant.StepS * 1000, 2), Terminal.Number(variant.TokensPerS, 1),
                $"{Terminal.Number(100 * variant.LimitFraction, 0)} %", $"{variant.AllocatedBytesPerStep}",
                variant.ActivationPeakBytes is { } bytes ? Terminal.Number(bytes / 1024.0, 0) : "", Percent(variant.NormShare), Percent(variant.OverDirect));
        }

        Terminal.Write(table);
    }

    private static string Percent(double? fraction) => fraction is { } value ? $"{Terminal.Number(100 * value, 1)} %" : "";
}
