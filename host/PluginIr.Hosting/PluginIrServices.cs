using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PluginIr.Dispatch;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;

namespace PluginIr.Hosting;

/// <summary>PluginIr in a generic host.</summary>
public static class PluginIrServices
{
    /// <summary>
    /// Adds PluginIr: <see cref="IrRuntime"/> to call ops on, <see cref="Compiler.CompileOptions"/> as configured, and <see cref="PluginHost"/>, which loads plugins from the configured folders
    /// before the application's services start, and replaces them when their folders change.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configuration">
    /// The application's whole configuration. The section <c>PluginIr</c> is read, variables named <c>PLUGINIR_…</c> go over it and its
    /// command line over those, and changes are followed: a change that is refused is logged, and what was in force stays.
    /// </param>
    /// <param name="code">Changes the options after all configuration, and after each reload; null for nothing.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// The host's start fails with <see cref="PluginIrOptionsException"/> when the configuration is bad, an option is out of its range, or it names an op, a provider or a fusion that no
    /// loaded plugin brings. A plugin that fails to load does not make it fail; see <see cref="PluginHost.Plugins"/>.
    /// </remarks>
    public static IServiceCollection AddPluginIr(
        this IServiceCollection services, IConfiguration configuration, Func<PluginIrOptions, PluginIrOptions>? code = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(s => new PluginIrConfiguration(configuration, code, s.GetRequiredService<ILogger<PluginIrConfiguration>>()));
        services.TryAddSingleton(s => new IrRuntime(s.GetRequiredService<ILogger<IrRuntime>>()));
        services.TryAddTransient(s => s.GetRequiredService<PluginIrConfiguration>().Current.Compile);
        services.TryAddSingleton<IrDispatcher>(s => s.GetRequiredService<IrRuntime>());
        services.TryAddSingleton(s => new PluginHost(s.GetRequiredService<IrRuntime>(), s.GetRequiredService<ILogger<PluginHost>>()));
        services.AddHostedService<PluginIrService>();
        services.AddHealthChecks().AddCheck<PluginIrHealthCheck>("pluginir");
        return services;
    }
}
