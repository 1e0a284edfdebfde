using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>A plugins' folder with the host that loads from it, looked at when the test says so.</summary>
internal sealed class PluginFolders : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PluginFolders() => Host = new PluginHost(Runtime, Log.For<PluginHost>());

    public LogCapture Log { get; } = new();

    public IrRuntime Runtime { get; } = new();

    public PluginHost Host { get; }

    public string Root => _folder.Path;

    public string this[string plugin] => _folder[plugin];

    public async Task<PluginStatus> InstallAsync(string build, string plugin)
    {
        Builds.Install(build, this[plugin]);
        return await ScanAsync(plugin);
    }

    /// <summary>How builds are taken in.</summary>
    public PluginIrOptions Options { get; set; } = new() { SettleTime = TimeSpan.FromMilliseconds(1) };

    public Task ScanAsync() => Host.ScanAsync([Root], Options, Xunit.TestContext.Current.CancellationToken);

    public async Task<PluginStatus> ScanAsync(string plugin)
    {
        await ScanAsync();
        return Host.Plugins.Single(p => p.Folder == this[plugin]);
    }

    /// <summary>The provider that is first for an op when the priority names all that are there, which it does from now on.</summary>
    public string First(string op)
    {
        Runtime.SetPriority(Runtime.Registry.Priority.With(PriorityTable.AnyOp, [.. Runtime.Registry.Providers.Keys.Where(p => p != "native")]));
        return Runtime.Registry.OrderOf(Runtime.Registry.Op(op), DeviceKind.Cpu)[0].Provider.Name;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}
