using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PluginIr.Hosting;
using PluginIr.Runtime;

namespace PluginIr.Benchmarks.Detailed;

/// <summary>A runtime with the repository's plugins, as a host has it.</summary>
internal sealed class LoadedRuntime : IDisposable
{
    private readonly IHost _host;

    /// <summary>Starts the host.</summary>
    /// <param name="threads">How many threads a call may use.</param>
    public LoadedRuntime(int threads)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("PluginIr:Plugins", Folders.Plugins), new("PluginIr:Watch", "false")]);
        builder.Services.AddPluginIr(builder.Configuration, options => options with { Threads = threads });
        _host = builder.Build();
        _host.Start();
    }

    /// <summary>What ops are called on.</summary>
    public IrRuntime Ir => _host.Services.GetRequiredService<IrRuntime>();

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        _host.Dispose();
    }
}
