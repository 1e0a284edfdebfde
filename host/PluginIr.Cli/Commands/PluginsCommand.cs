using System.CommandLine;
using System.Globalization;
using PluginIr.Cli.Output;
using PluginIr.Devices;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Registry;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir plugins</c>: what is loaded, what was refused, and why.</summary>
internal static class PluginsCommand
{
    public static Command Create(SharedOptions shared)
    {
        var rollback = new Option<string?>("--rollback") { Description = "Puts this plugin's previous build back into its folder first; a watching host takes it in. The name of the plugin or of its folder." };
        var running = new Option<bool>("--running")
        {
            Description = "Shows the hosts that run on this machine instead: their plugins, and generations and kernels that gave trouble.",
        };
        var command = new Command("plugins", "Lists the plugins: which build serves, what it brings, why another does not. Ends with 1 when one was refused or stays incomplete.") { rollback, running };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(running))
                return ShowRunning(shared.Json(parsed));
            if (parsed.GetValue(rollback) is { } name)
                Rollback(shared, parsed, name);
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
            IReadOnlyList<PluginStatus> plugins = application.Plugins.Plugins;
            if (shared.Json(parsed))
                Json.Write(new { plugins });
            else
                Write(plugins);
            return plugins.Any(IsWrong) ? ExitCode.CheckFailed : ExitCode.Fine;
        });
        return command;
    }

    // A folder in the middle of being copied is shown, and nothing is wrong with it.
    private static bool IsWrong(PluginStatus plugin) => plugin is { Problem: not null, IsSettling: false };

    private static int ShowRunning(bool isJson)
    {
        HostStatus[] hosts = [.. RunningHosts.Read().Where(h => h.ProcessId != Environment.ProcessId)];
        if (isJson)
        {
            Json.Write(new { hosts });
        }
        else if (hosts.Length == 0)
        {
            Console.WriteLine("No host is running on this machine.");
        }

        foreach (HostStatus host in isJson ? [] : hosts)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Process {host.ProcessId}, as of {host.Time:u}: {host.Swaps} swaps, {host.Refusals} builds refused"));
            Write(host.Plugins);
            foreach (RetiredGeneration retired in host.Retired)
                Console.WriteLine($"{retired.Generation} is {retired.State.ToString().ToLowerInvariant()} since {retired.Since:u}{(retired.Detail is null ? "" : ": ")}{retired.Detail}");
            foreach (SetAsideKernel kernel in host.SetAside)
                Console.WriteLine($"{kernel.Op} by {kernel.Provider} of {kernel.Plugin} (generation {kernel.Generation}) is set aside");
        }

        return hosts.Any(h => h.SetAside.Count > 0 || h.Plugins.Any(IsWrong) || h.Retired.Any(r => r.State == RetiredState.Leaked))
            ? ExitCode.CheckFailed
            : ExitCode.Fine;
    }

    // Before anything is loaded: the build that is there may crash the process, or lack a provider that the configuration names.
    private static void Rollback(SharedOptions shared, ParseResult parsed, string name)
    {
        string[] folders = [.. Application.ReadOptions(shared, parsed).Plugins.Select(f => Path.GetFullPath(f))];
        string folder = Input.Read("--rollback", () => PluginBuilds.Find(folders, name));
        PluginManifest back = PluginBuilds.Rollback(folder);
        Console.Error.WriteLine($"{name}: put version {back.Version} back (its {PluginManifest.FileName} has the hash {back.Hash[..8]}…).");
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
            Console.WriteLine($"{plugin.Name}: {plugin.Problem!.ReplaceLineEndings("\n  ")}");
        foreach (PluginStatus plugin in plugins)
        {
            foreach (ProviderStatus provider in plugin.Providers.Where(p => !p.IsSupported))
                Console.WriteLine($"{plugin.Name}: provider '{provider.Name}' is not supported here: {provider.Reason}");
            foreach (DeviceRuntimeStatus runtime in plugin.DeviceRuntimes.Where(r => r.Reason is not null))
                Console.WriteLine($"{plugin.Name}: devices '{runtime.Kind}' cannot be used here: {runtime.Reason}");
            foreach (DeviceRuntimeStatus runtime in plugin.DeviceRuntimes.Where(r => r.Note is not null))
                Console.WriteLine($"{plugin.Name}: devices '{runtime.Kind}': {runtime.Note}");
            foreach (DeviceStatus device in plugin.DeviceRuntimes.SelectMany(r => r.Devices))
                Console.WriteLine($"{plugin.Name}: {device.Device} is {device.Name} ({device.Architecture}, {Mebibytes(device.MemoryBytes)}){InUse(device.Memory)}");
        }
    }

    private static string InUse(DeviceMemory? memory) => memory is { } used
        ? $"; in use {Mebibytes(used.CurrentBytes)}, at most {Mebibytes(used.PeakBytes)}, reserved {Mebibytes(used.ReservedBytes)}"
        : "; not started";

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");
}
