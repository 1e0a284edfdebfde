using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>A generic host with PluginIr in it, configured by a JSON file that the test can change.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IHost _host;
    private bool _isStarted;

    private RunningHost(
        string json, Func<PluginIrOptions, PluginIrOptions>? code, Action<TemporaryFolder>? prepare, Action<IServiceCollection>? services, string[] commandLine)
    {
        File.WriteAllText(SettingsFile, json);
        Directory.CreateDirectory(_folder["plugins"]);
        prepare?.Invoke(_folder);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _folder.Path });
        builder.Configuration.AddJsonFile(SettingsFile, optional: false, reloadOnChange: true);
        builder.Configuration.AddCommandLine(commandLine);
        builder.Logging.AddProvider(Log);
        builder.Services.AddPluginIr(builder.Configuration, code);
        services?.Invoke(builder.Services);
        _host = builder.Build();
    }

    /// <summary>Settings with a folder of plugins and, it may be, more of the section PluginIr.</summary>
    public static string Settings(string more) => $$"""{ "PluginIr": { "Plugins": ["plugins"]{{(more.Length == 0 ? "" : "," + more)}} } }""";

    public string SettingsFile => _folder["settings.json"];

    public LogCapture Log { get; } = new();

    public IrRuntime Runtime => _host.Services.GetRequiredService<IrRuntime>();

    public PluginHost Plugins => _host.Services.GetRequiredService<PluginHost>();

    public PluginIrService Service => _host.Services.GetServices<IHostedService>().OfType<PluginIrService>().Single();

    /// <summary>The folder of one plugin.</summary>
    public string this[string plugin] => Path.Combine(_folder["plugins"], plugin);

    /// <summary>Starts a host whose plugins' folder holds these builds.</summary>
    /// <param name="json">The settings; the section PluginIr without its key "Plugins", which is added.</param>
    /// <param name="builds">The builds.</param>
    /// <param name="code">What code changes in the options.</param>
    /// <param name="services">The application's own services.</param>
    /// <param name="commandLine">The application's command line.</param>
    public static async Task<RunningHost> StartAsync(
        string json, string[] builds, Func<PluginIrOptions, PluginIrOptions>? code = null, Action<IServiceCollection>? services = null,
        params string[] commandLine)
    {
        var host = new RunningHost(json, code, folder =>
        {
            foreach (string build in builds)
                Builds.Install(build, Path.Combine(folder["plugins"], Path.GetFileName(build)));
        }, services, commandLine);
        try
        {
            await host._host.StartAsync(Xunit.TestContext.Current.CancellationToken);
            host._isStarted = true;
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>The provider that is offered an op's calls first.</summary>
    public string First(string op) => Runtime.Registry.OrderOf(Runtime.Registry.Op(op), DeviceKind.Cpu)[0].Provider.Name;

    public Task<HealthReport> HealthAsync() =>
        _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Xunit.TestContext.Current.CancellationToken);

    /// <summary>Waits until something is so; the test's own time limit ends it when it never is.</summary>
    public static async Task Until(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
            await Task.Delay(5, cancellationToken);
    }

    public async Task StopAsync()
    {
        await _host.StopAsync();
        _isStarted = false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
            await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }
}
