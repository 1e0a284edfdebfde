using System.CommandLine;
using PluginIr.Cli.Output;
using PluginIr.Cli.Verifying;
using PluginIr.Hosting.Plugins;
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
        Option<string> device = DeviceOption.Create();
        var command = new Command("verify", "Runs recorded calls and compares their results within each op's tolerance. Ends with 1 when one differs, when none was compared, and when a plugin in the folders that --plugins names does not serve.") { vectors, provider, op, device };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
            using VectorFile file = VectorFile.Open(parsed.GetValue(vectors)!.FullName);
            string[] unverified = [.. Unverified(shared.Plugins(parsed), application.Plugins.Plugins, parsed.GetValue(provider))];
            // A plugin that was refused may be the one that brings the provider: that is to be told, not that nobody does.
            bool isRefused = unverified.Length > 0 && parsed.GetValue(provider) is { } asked && !application.Runtime.Registry.Providers.ContainsKey(asked);
            IReadOnlyList<VectorCase> cases = isRefused ? [] : Select(application.Runtime.Registry, file, parsed.GetValue(provider), parsed.GetValue(op));
            VerifyReport compared = VectorCheck.Run(
                application.Runtime, cases, parsed.GetValue(provider), DeviceOption.Of(parsed, device, application.Runtime), cancellationToken);
            VerifyReport report = compared with { Unverified = unverified.Length > 0 ? unverified : null };
            if (shared.Json(parsed))
                Json.Write(report);
            else if (!isRefused)
                Write(report);
            foreach (string line in unverified)
                Console.Error.WriteLine(line);
            if (isRefused)
                Console.Error.WriteLine($"Nothing was compared: no loaded plugin brings '{parsed.GetValue(provider)}'.");
            else if (report.Cases == 0)
                Console.Error.WriteLine($"Nothing was compared: {parsed.GetValue(vectors)} has no case{(parsed.GetValue(op) is { } name ? $" of {name}" : "")}.");
            else if (report.Skipped == report.Cases)
                Console.Error.WriteLine($"Nothing was compared: all {report.Cases} cases were skipped.");
            return report.Passed > 0 && report.Failed == 0 && unverified.Length == 0 ? ExitCode.Fine : ExitCode.CheckFailed;
        });
        return command;
    }

    // What was asked for and is not among what ran: the kernels of a plugin that does not serve, whose calls went to another provider.
    private static IEnumerable<string> Unverified(IReadOnlyList<string> folders, IReadOnlyList<PluginStatus> plugins, string? provider)
    {
        foreach (string folder in folders)
        {
            string whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
            PluginStatus[] inside = [.. plugins.Where(p => Path.GetDirectoryName(p.Folder) == whole)];
            foreach (PluginStatus plugin in inside.Where(p => p.Problem is not null))
                yield return $"{plugin.Name} was not verified: {plugin.Problem}";
            if (inside.Length == 0 && provider is null)
                yield return $"No plugin was verified: {folder} has no subfolder that is one.";
        }
    }

    private static IReadOnlyList<VectorCase> Select(RegistrySnapshot registry, VectorFile file, string? provider, string? op)
    {
        if (provider is not null && !registry.Providers.ContainsKey(provider))
            throw new InputException($"--provider: no loaded plugin brings '{provider}'. Known are {string.Join(", ", registry.Providers.Keys.Order(StringComparer.Ordinal))}.");
        if (op is null)
            return file.Cases;
        string name = Input.Read("--op", () => registry.Op(op)).Name;
        return [.. file.Cases.Where(c => c.Op == name)];
    }

    private static void Write(VerifyReport report)
    {
        Table table = Terminal.Table("op", "provider", "passed", "failed", "skipped", "why skipped");
        foreach (VerifyLine line in report.Lines)
        {
            string why = string.Join("; ", line.Skips.Select(s => line.Skips.Count == 1 ? s.Reason : $"{s.Cases}: {s.Reason}"));
            table.Row(line.Op, line.Provider, $"{line.Passed}", $"{line.Failed}", $"{line.Skips.Sum(s => s.Cases)}", why);
        }

        Terminal.Write(table);
        foreach (VerifyFailure failure in report.Failures)
        {
            string output = failure.Output.Length > 0 ? $", output '{failure.Output}'" : "";
            string difference = failure.MaxAbs is null ? "" : $" (largest difference {failure.MaxAbs:G4}, relative {failure.MaxRel:G4})";
            Console.WriteLine($"case {failure.Id} ({failure.Op}), {failure.Provider}{output}: {failure.Problem}{difference}");
        }

        Console.WriteLine($"{report.Cases} cases: {report.Passed} passed, {report.Failed} failed, {report.Skipped} skipped");
    }
}
