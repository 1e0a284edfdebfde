using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PluginIr.Hosting;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using Serilog;

namespace PluginIr.Cli;

/// <summary>The host that a command runs in: the same one that a server embeds, with the same configuration.</summary>
internal sealed class Application : IAsyncDisposable
{
    private readonly IHost _host;

    private Application(IHost host) => _host = host;

    /// <summary>What ops are called on.</summary>
    public IrRuntime Runtime => _host.Services.GetRequiredService<IrRuntime>();

    /// <summary>The plugins.</summary>
    public PluginHost Plugins => _host.Services.GetRequiredService<PluginHost>();

    /// <summary>Reads the configuration, loads the plugins, puts the priority in force.</summary>
    /// <param name="shared">The options that every command takes.</param>
    /// <param name="command">The command line.</param>
    /// <param name="kind">What the command does with the host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="change">Changes the options after all else; null for nothing.</param>
    public static async Task<Application> StartAsync(
        SharedOptions shared, ParseResult command, ApplicationKind kind, CancellationToken cancellationToken,
        Func<PluginIrOptions, PluginIrOptions>? change = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = "pluginir",
            ContentRootPath = Directory.GetCurrentDirectory(),
        });
        Configure(builder.Configuration, shared, command, kind);
        builder.Services.AddSerilog(logger => logger.ReadFrom.Configuration(builder.Configuration));
        builder.Services.AddPluginIr(builder.Configuration, options =>
        {
            options = Override(options, shared, command, kind);
            return change is null ? options : change(options);
        });
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new Application(host);
    }

    /// <summary>Runs until the process is told to stop.</summary>
    public Task RunUntilStoppedAsync(CancellationToken cancellationToken) => _host.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }

    private static void Configure(ConfigurationManager configuration, SharedOptions shared, ParseResult command, ApplicationKind kind)
    {
        bool follow = kind == ApplicationKind.Headless;
        configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: follow);
        if (follow)
            configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.run.json"), optional: true);
        configuration.AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true, reloadOnChange: follow);
        if (shared.Config(command) is { } file)
            configuration.AddJsonFile(file.FullName, optional: false, reloadOnChange: follow);
        configuration.AddPluginIrEnvironment();

        string? level = shared.LogLevel(command)?.ToString() ?? (follow ? null : "Warning");
        if (level is not null)
            configuration.AddInMemoryCollection([new("Serilog:MinimumLevel:Default", level)]);
        // A host that fails to start logs it with a stack trace; a command that looks once says it in one line.
        if (!follow)
            configuration.AddInMemoryCollection([new("Serilog:MinimumLevel:Override:Microsoft.Extensions.Hosting", "Fatal")]);
    }

    private static PluginIrOptions Override(PluginIrOptions options, SharedOptions shared, ParseResult command, ApplicationKind kind)
    {
        IReadOnlyList<string> plugins = shared.Plugins(command);
        if (plugins.FirstOrDefault(p => !Directory.Exists(p)) is { } missing)
            throw new InputException($"--plugins: the folder '{missing}' does not exist.");
        PriorityTable priority = options.Priority;
        foreach (string text in shared.Priority(command))
            priority = priority.WithText(text);
        return options with
        {
            Plugins = plugins.Count > 0 ? [.. plugins.Select(Path.GetFullPath)] : options.Plugins,
            Priority = priority,
            Watch = options.Watch && kind != ApplicationKind.Reading,
        };
    }
}
