using System.CommandLine;
using System.Globalization;
using PluginIr.Cli.Output;
using PluginIr.Hosting.Plugins;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir plugins</c>: what is loaded, what was refused, and why.</summary>
internal static class PluginsCommand
{
    public static Command Create(SharedOptions shared)
    {
        var rollback = new Option<string?>("--rollback") { Description = "Puts this plugin's previous build back into its folder first; a watching host takes it in." };
        var command = new Command("plugins", "Lists the plugins: which build serves, what it brings, why another does not. Ends with 1 when one was refused.") { rollback };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(rollback) is { } name)
                await RollbackAsync(shared, parsed, name, cancellationToken);
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
            IReadOnlyList<PluginStatus> plugins = application.Plugins.Plugins;
            if (shared.Json(parsed))
                Json.Write(new { plugins });
            else
                Write(plugins);
            return plugins.Any(p => p.Problem is not null) ? ExitCode.CheckFailed : ExitCode.Fine;
        });
        return command;
    }

    private static async Task RollbackAsync(SharedOptions shared, ParseResult parsed, string name, CancellationToken cancellationToken)
    {
        await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
        Console.Error.WriteLine($"{name}: put version {application.Plugins.Rollback(name)} back.");
    }

    private static void Write(IReadOnlyList<PluginStatus> plugins)
    {
        if (plugins.Count == 0)
        {
            Console.WriteLine("No plugins. Name folders of plugins with --plugins, PluginIr:Plugins in appsettings.json, or PLUGINIR_PLUGINS.");
            return;
        }

        Table table = Terminal.Table("plugin", "state", "version", "generation", "providers", "kernels", "folder");
        foreach (PluginStatus plugin in plugins)
        {
            table.Row(
                plugin.Name, plugin.State.ToString().ToLowerInvariant(), plugin.Version ?? "-",
                plugin.Generation?.ToString(CultureInfo.InvariantCulture) ?? "-",
                plugin.Providers.Count == 0 ? "-" : string.Join(", ", plugin.Providers.Select(p => $"{p.Name} ({p.Device}{(p.IsSupported ? "" : ", not supported here")})")),
                plugin.Kernels.ToString(CultureInfo.InvariantCulture), plugin.Folder);
        }

        Terminal.Write(table);
        foreach (PluginStatus plugin in plugins.Where(p => p.Problem is not null))
            Console.WriteLine($"{plugin.Name}: {plugin.Problem}");
        foreach (PluginStatus plugin in plugins)
        {
            foreach (ProviderStatus provider in plugin.Providers.Where(p => !p.IsSupported))
                Console.WriteLine($"{plugin.Name}: provider '{provider.Name}' is not supported here: {provider.Reason}");
        }
    }
}
