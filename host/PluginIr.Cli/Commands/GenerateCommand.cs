using System.CommandLine;
using System.Globalization;
using PluginIr.Cli.Generating;
using PluginIr.Cli.Output;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir generate</c>: a language model's continuation of a prompt.</summary>
internal static class GenerateCommand
{
    public static Command Create(SharedOptions shared)
    {
        var model = new Option<DirectoryInfo>("--model") { Description = "A folder with config.json and safetensors weights, as Hugging Face lays them out.", Required = true };
        var prompt = new Option<string>("--prompt-ids") { Description = "The prompt's token ids, separated by commas.", Required = true };
        var count = new Option<int>("--max-new-tokens") { Description = "How many tokens to generate at most.", DefaultValueFactory = _ => 24 };
        var dtype = new Option<string?>("--dtype") { Description = "The activations' dtype: float32, bfloat16 or float16. The weights' when absent." };
        Option<int?> threads = ThreadsOption.Create();
        var replacement = new Option<DirectoryInfo?>("--replace-with") { Description = "A plugin's folder that is copied over the loaded plugin of that name part-way." };
        var after = new Option<int>("--replace-after") { Description = "After how many of the new tokens it is.", DefaultValueFactory = _ => 12 };
        var compiled = new Option<bool>("--compiled") { Description = "Compile the model's forward pass, and run the compiled graph." };
        Option<string> device = DeviceOption.Create();
        var command = new Command("generate", "Continues a prompt greedily with a Qwen3 model; every computation is an op that dispatch sends to a kernel.")
        {
            model, prompt, count, dtype, threads, replacement, after, compiled, device,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DType? asked = parsed.GetValue(dtype) is { } name ? DTypeOption.OfComputation(name) : null;
            int[] ids = ParseIds(parsed.GetValue(prompt)!);
            int limit = parsed.GetValue(count);
            if (limit < 0)
                throw new InputException($"{count.Name} must be at least 0; found {limit}.");
            PluginReplacement? swap = parsed.GetValue(replacement) is { } folder
                ? PluginReplacement.Read(replacement.Name, folder.FullName, Within(limit, after.Name, parsed.GetValue(after)))
                : parsed.GetResult(after) is { Implicit: false } ? throw new InputException($"{after.Name} needs {replacement.Name}.") : null;
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Working, cancellationToken, ThreadsOption.Change(parsed, threads));
            var generation = new Generation(application, parsed.GetValue(model)!.FullName, asked, DeviceOption.Of(parsed, device, application.Runtime), swap, parsed.GetValue(compiled));
            bool isJson = shared.Json(parsed);
            GenerateReport report = await generation.RunAsync(ids, limit, isJson ? null : Console.Out, cancellationToken);
            if (isJson)
                Json.Write(report);
            else
                Write(report);
            return swap is null || swap.After <= report.Tokens.Count ? ExitCode.Fine : throw new CheckException(
                $"{after.Name} {swap.After}: the model ended the text after {report.Tokens.Count} tokens, so nothing was replaced.");
        });
        return command;
    }

    private static int Within(int limit, string option, int tokens) => tokens >= 1 && tokens <= limit
        ? tokens
        : throw new InputException($"{option} must be from 1 to {limit}, the tokens that are generated at most; found {tokens}.");

    private static int[] ParseIds(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] ids = new int[parts.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ids[i]))
                throw new InputException($"--prompt-ids must be numbers separated by commas, such as 1,2,3; found '{parts[i]}'.");
        }

        return ids;
    }

    private static void Write(GenerateReport report)
    {
        Table table = Terminal.Table("op", "provider", "calls", "by generation");
        foreach (GenerateKernel kernel in report.Kernels)
        {
            string generations = string.Join(", ", kernel.Generations.Select(g => $"{g.Generation}: {g.Calls}"));
            table.Row(kernel.Op, kernel.Provider, $"{kernel.Calls}", generations);
        }

        Terminal.Write(table);
        Console.WriteLine($"{report.Tokens.Count} tokens, {report.Kernels.Sum(k => k.Calls)} calls, plugins replaced meanwhile: {report.Swaps}.");
    }
}
