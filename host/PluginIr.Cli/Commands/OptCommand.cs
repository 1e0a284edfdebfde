using System.CommandLine;
using PluginIr.Cli.Optimizing;
using PluginIr.Cli.Output;
using PluginIr.Compiler;
using PluginIr.Compiler.Fusions;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Lowering;
using PluginIr.Compiler.Passes;
using PluginIr.Compiler.Text;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir opt FILE.ir</c>: a graph after the compiler's passes.</summary>
internal static class OptCommand
{
    public static Command Create(SharedOptions shared)
    {
        var file = new Argument<FileInfo>("file") { Description = "The graph's text; - for standard input." };
        var passes = new Option<string>("--passes")
        {
            Description = $"The passes to run, in order, separated by commas: {string.Join(", ", PassPipeline.Names)}. All when absent.",
            DefaultValueFactory = _ => string.Join(",", PassPipeline.Names),
        };
        var assume = new Option<string[]>("--assume")
        {
            Description = "A kernel that is taken to exist, OP=PROVIDER:never, :may or :only, such as fused_add_rms_norm=vendor:only; may be repeated.",
        };
        var fusion = new Option<string[]>("--fusion")
        {
            Description = "When a fusion is applied, NAME=always (for native too) or NAME=never; may be repeated. Where a kernel but native serves it when absent.",
        };
        var command = new Command("opt", "Runs the compiler's passes over a graph and prints what it becomes. Nothing is run.") { file, passes, assume, fusion };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            AssumedKernel[] assumed = [.. (parsed.GetValue(assume) ?? []).Select(text => Input.Read(assume.Name, () => AssumedKernel.Parse(text)))];
            KeyValuePair<string, FusionMode>[] fusions = [.. (parsed.GetValue(fusion) ?? []).Select(ParseFusion)];
            string[] names = parsed.GetValue(passes)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (names.FirstOrDefault(n => !PassPipeline.Names.Contains(n)) is { } unknown)
                throw new InputException($"{passes.Name}: There is no pass '{unknown}'; expected some of {string.Join(", ", PassPipeline.Names)}.");
            string path = parsed.GetValue(file)!.ToString();
            if (Directory.Exists(path))
                throw new InputException($"{path} is a folder; expected a file with a graph's text, or - for standard input.");
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
            foreach (AssumedKernel kernel in assumed)
                Input.Read(assume.Name, () => application.Runtime.Registry.Op(kernel.Op));
            if (fusions.Select(f => RegisteredFusions.Problem(application.Runtime.Registry, f.Key)).FirstOrDefault(p => p is not null) is { } none)
                throw new InputException($"{fusion.Name}: {none}");
            CompileOptions configured = application.CompileOptions;
            CompileOptions options = configured with
            {
                Assumed = assumed,
                Fusions = fusions.Concat(configured.Fusions).DistinctBy(f => f.Key).ToDictionary(),
            };
            string text = path == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(path, cancellationToken);
            try
            {
                Graph graph = GraphParser.Parse(application.Runtime, text);
                (Graph compiled, CompileReport report) = PassPipeline.Run(application.Runtime, graph, names, options);
                if (shared.Json(parsed))
                    Json.Write(OptReport.Of(compiled, report));
                else
                    Write(compiled, report);
                return ExitCode.Fine;
            }
            catch (GraphException bad)
            {
                string place = bad.Position.Line == 0 ? path : $"{path}:{bad.Position.Line}:{bad.Position.Column}";
                throw new InputException($"{place}: {bad.Problem}");
            }
        });
        return command;
    }

    private static KeyValuePair<string, FusionMode> ParseFusion(string text) => text.Split('=', StringSplitOptions.TrimEntries) switch
    {
        [{ Length: > 0 } name, "always"] => new(name, FusionMode.Always),
        [{ Length: > 0 } name, "never"] => new(name, FusionMode.Never),
        _ => throw new InputException($"--fusion must be NAME=always or NAME=never; found '{text}'."),
    };

    private static void Write(Graph graph, CompileReport report)
    {
        Console.Write(graph);
        if (report.Selections.Count > 0)
        {
            Table table = Terminal.Table("node", "op", "kernel", "why");
            foreach (Selection selection in report.Selections)
                table.Row(selection.Node, selection.Op, selection.Provider, string.Join("; ", selection.Candidates.Select(c => $"{c.Provider}: {c.Reason}")));
            Terminal.Write(table);
        }

        foreach (string note in report.Notes)
            Console.WriteLine($"Note: {note}");
        OptReport counts = OptReport.Of(graph, report);
        Console.WriteLine($"{counts.Functionalized} calls functionalized, {counts.Donated} inputs donated, {counts.Clones} clones.");
        if (report.Plan is { } plan)
            Console.WriteLine($"Arena {plan.ArenaBytes} bytes for values of {plan.ValuesBytes} bytes; {plan.Reused} outputs take their activation's memory.");
    }
}
