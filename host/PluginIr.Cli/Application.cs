using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PluginIr.Compiler;
using PluginIr.Hosting;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using Serilog;
using Serilog.Events;
using Serilog.Filters;

namespace PluginIr.Cli;

/// <summary>The host that a command runs in: the same one that a server embeds, with the same configuration.</summary>
internal sealed class Application : IAsyncDisposable
{
    // Where scripts/pluginir says that its checkout's plugins are: no setting, as all variables named PLUGINIR_… are, but what holds without one.
    private const string DefaultPlugins = "DEFAULT_PLUGINIR_PLUGINS";

    private static readonly Func<LogEvent, bool> s_isFromHost = Matching.FromSource("Microsoft.Extensions.Hosting");

    private readonly IHost _host;

    private Application(IHost host) => _host = host;

    /// <summary>What ops are called on.</summary>
    public IrRuntime Runtime => _host.Services.GetRequiredService<IrRuntime>();

    /// <summary>What graphs are compiled with.</summary>
    public CompileOptions CompileOptions => _host.Services.GetRequiredService<CompileOptions>();

    /// <summary>The plugins.</summary>
    public PluginHost Plugins => _host.Services.GetRequiredService<PluginHost>();

    /// <summary>Reads the configuration, loads the plugins, puts the priority in force.</summary>
    /// <param name="shared">The options that every command takes.</param>
    /// <param name="command">The command line.</param>
    /// <param name="kind">What the command does with the host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="change">Changes the options after all else; null for nothing.</param>
    /// <exception cref="LoggedException">The host cannot start for bad input, which the log of a <see cref="ApplicationKind.Headless"/> one says.</exception>
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
        builder.Services.AddSerilog(logger => ReadLogging(logger, builder.Configuration));
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
        catch (Exception failure)
        {
            // A server's log is to say why it does not run, once.
            Serilog.ILogger logger = host.Services.GetRequiredService<Serilog.ILogger>();
            bool isLogged = kind == ApplicationKind.Headless && InputException.IsLike(failure) && logger.IsEnabled(LogEventLevel.Error);
            if (isLogged)
                logger.ForContext<Application>().Error("The host cannot start. {Problem}", failure.Message);
            host.Dispose();
            if (isLogged)
                throw new LoggedException(failure);
            throw;
        }

        return new Application(host);
    }

    /// <summary>Reads the configuration alone.</summary>
    /// <param name="shared">The options that every command takes.</param>
    /// <param name="command">The command line.</param>
    public static PluginIrOptions ReadOptions(SharedOptions shared, ParseResult command)
    {
        using var configuration = new ConfigurationManager();
        Configure(configuration, shared, command, ApplicationKind.Reading);
        return Override(PluginIrOptions.Read(configuration), shared, command, ApplicationKind.Reading);
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

    /// <summary>Refuses a folder that cannot be searched for plugins.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">It is a file, is not there, or is a plugin itself.</exception>
    public static void RequireFolderOfPlugins(string option, string folder)
    {
        if (File.Exists(folder))
            throw new InputException($"{option}: '{folder}' is a file; name a folder whose subfolders are plugins.");
        if (!Directory.Exists(folder))
            throw new InputException($"{option}: the folder '{folder}' does not exist.");
        if (!File.Exists(Path.Combine(folder, PluginManifest.FileName)))
            return;
        string holder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))!;
        throw new InputException(
            $"{option}: '{folder}' is a plugin itself, as it has a {PluginManifest.FileName}; name the folder that holds it, '{holder}', which brings the other plugins in there too.");
    }

    private static void Configure(ConfigurationManager configuration, SharedOptions shared, ParseResult command, ApplicationKind kind)
    {
        bool follow = kind == ApplicationKind.Headless;
        Add(Path.Combine(AppContext.BaseDirectory, "appsettings.json"));
        if (Environment.GetEnvironmentVariable(DefaultPlugins) is { Length: > 0 } folder)
            configuration.AddInMemoryCollection([new($"{PluginIrOptions.Section}:{nameof(PluginIrOptions.Plugins)}:0", folder)]);
        if (follow)
            Add(Path.Combine(AppContext.BaseDirectory, "appsettings.run.json"));
        LogEventLevel? asked = shared.LogLevel(command);
        // Sources that log more than was asked for by the settings above do not; those that the user's own settings name, below, do.
        if (asked is not null)
        {
            IEnumerable<IConfigurationSection> louder = configuration.GetSection("Serilog:MinimumLevel:Override").GetChildren()
                .Where(source => Enum.TryParse(source.Value, ignoreCase: true, out LogEventLevel level) && level < asked);
            configuration.AddInMemoryCollection([.. louder.Select(source => KeyValuePair.Create(source.Path, (string?)$"{asked}"))]);
        }

        Add(Path.GetFullPath("appsettings.json"));
        if (shared.Config(command) is { } given)
            Add(given.FullName, isOptional: false);
        configuration.AddPluginIrEnvironment();

        asked ??= follow ? null : LogEventLevel.Warning;
        if (asked is not null)
            configuration.AddInMemoryCollection([new("Serilog:MinimumLevel:Default", $"{asked}")]);
        // A host that fails to start logs it with a stack trace; a command that looks once ends with it.
        if (!follow)
            configuration.AddInMemoryCollection([new("Serilog:MinimumLevel:Override:Microsoft.Extensions.Hosting", "Fatal")]);

        void Add(string file, bool isOptional = true)
        {
            try
            {
                configuration.AddJsonFile(file, isOptional, reloadOnChange: follow);
            }
            catch (InvalidDataException malformed)
            {
                throw new InputException($"{file} is not a settings file: {malformed.GetBaseException().Message}", malformed);
            }
        }
    }

    private static void ReadLogging(LoggerConfiguration logger, IConfiguration configuration)
    {
        try
        {
            logger.ReadFrom.Configuration(configuration);
            // Nor is there a trace of what the user put right or asked for: a start that fails for bad input is told of in a line, one that was cancelled not at all.
            logger.Filter.ByExcluding(e => s_isFromHost(e) && e.Exception is { } failure && (failure is OperationCanceledException || InputException.IsLike(failure)));
        }
        catch (Exception bad) when (bad is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new InputException($"The configuration's section Serilog: {bad.Message}", bad);
        }
    }

    private static PluginIrOptions Override(PluginIrOptions options, SharedOptions shared, ParseResult command, ApplicationKind kind)
    {
        IReadOnlyList<string> plugins = shared.Plugins(command);
        foreach (string folder in plugins)
            RequireFolderOfPlugins("--plugins", folder);
        PriorityTable priority = options.Priority;
        foreach (string text in shared.Priority(command))
            priority = Input.Read("--priority", () => priority.WithText(text));
        return options with
        {
            Plugins = plugins.Count > 0 ? [.. plugins.Select(Path.GetFullPath)] : options.Plugins,
            Priority = priority,
            Watch = options.Watch && kind != ApplicationKind.Reading,
        };
    }
}
