using Microsoft.Extensions.Configuration;

namespace PluginIr.Hosting.Configuration;

/// <summary>Environment variables named <c>PLUGINIR_…</c>, as a layer of configuration.</summary>
/// <remarks>
/// <c>PLUGINIR_PRIORITY=rms_norm=cpu_simd,native</c> sets <c>PluginIr:Priority</c>, <c>PLUGINIR_PRIORITY__RMS_NORM=native</c>
/// sets <c>PluginIr:Priority:rms_norm</c>, <c>PLUGINIR_SERILOG__MINIMUMLEVEL=Debug</c> sets <c>Serilog:MinimumLevel</c>.
/// </remarks>
public static class PluginIrEnvironment
{
    private const string Prefix = "PLUGINIR_";

    /// <summary>Adds the layer.</summary>
    public static IConfigurationBuilder AddPluginIrEnvironment(this IConfigurationBuilder builder)
    {
        IConfigurationRoot variables = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        return builder.AddInMemoryCollection(variables.AsEnumerable().Where(v => v.Value is not null).Select(v => KeyValuePair.Create(KeyOf(v.Key), v.Value)));
    }

    private static string KeyOf(string name) =>
        name.StartsWith("Serilog:", StringComparison.OrdinalIgnoreCase) ? name : $"{PluginIrOptions.Section}:{name}";
}
