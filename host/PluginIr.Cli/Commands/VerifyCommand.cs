using System.CommandLine;
using PluginIr.Cli.Output;
using PluginIr.Cli.Verifying;
using PluginIr.Models.Vectors;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir verify</c>: kernels against recorded results.</summary>
internal static class VerifyCommand
{
    public static Command Create(SharedOptions shared)
    {
        var vectors = new Option<FileInfo>("--vectors") { Description = "A safetensors file of calls and the results they must have.", Required = true };
        var provider = new Option<string?>("--provider") { Description = "The provider whose kernels run; whichever dispatch chooses when absent." };
        var op = new Option<string?>("--op") { Description = "The only op to verify." };
        var command = new Command("verify", "Runs recorded calls and compares their results within each op's tolerance. Ends with 1 when one differs.") { vectors, provider, op };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
            using VectorFile file = VectorFile.Open(parsed.GetValue(vectors)!.FullName);
            IReadOnlyList<VectorCase> cases = Select(application.Runtime.Registry, file, parsed.GetValue(provider), parsed.GetValue(op));
            VerifyReport report = VectorCheck.Run(application.Runtime, cases, parsed.GetValue(provider), cancellationToken);
            if (shared.Json(parsed))
                Json.Write(report);
            else
                Write(report);
            return report.Failed == 0 ? ExitCode.Fine : ExitCode.CheckFailed;
        });
        return command;
    }

    private static IReadOnlyList<VectorCase> Select(RegistrySnapshot registry, VectorFile file, string? provider, string? op)
    {
        if (provider is not null && !registry.Providers.ContainsKey(provider))
            throw new InputException($"--provider: no loaded plugin brings '{provider}'. Known are {string.Join(", ", registry.Providers.Keys.Order(StringComparer.Ordinal))}.");
        if (op is null)
            return file.Cases;
        string name = registry.Op(op).Name;
        return [.. file.Cases.Where(c => c.Op == name)];
    }

    private static void Write(VerifyReport report)
    {
        Table table = Terminal.Table("op", "provider", "passed", "failed", "skipped");
        foreach (VerifyLine line in report.Lines.Where(l => l.Passed + l.Failed > 0))
            table.Row(line.Op, line.Provider, $"{line.Passed}", $"{line.Failed}", $"{line.Skipped}");
        Terminal.Write(table);
        foreach (VerifyFailure failure in report.Failures)
        {
            Console.WriteLine(
                $"case {failure.Id} ({failure.Op}), {failure.Provider}, output '{failure.Output}': {failure.Problem} " +
                $"(largest difference {failure.MaxAbs:G4}, relative {failure.MaxRel:G4})");
        }

        Console.WriteLine($"{report.Cases} cases: {report.Passed} passed, {report.Failed} failed, {report.Skipped} skipped");
    }
}
