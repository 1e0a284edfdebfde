using Microsoft.Extensions.Diagnostics.HealthChecks;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting;

/// <summary>
/// Unhealthy when an op has no kernel that can be called; degraded when a generation leaked, a kernel was set aside, or a plugin's
/// newest build was refused or stays incomplete.
/// </summary>
internal sealed class PluginIrHealthCheck(IrRuntime runtime, PluginHost plugins) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        RegistrySnapshot registry = runtime.Registry;
        string[] unservable = [.. registry.Ops.Values.Where(op => !IsServable(registry, op)).Select(op => $"op '{op.Name}' has no kernel that can be called")];
        if (unservable.Length > 0)
            return Task.FromResult(HealthCheckResult.Unhealthy(string.Join("; ", unservable)));

        string[] problems =
        [
            .. plugins.Retired.Where(r => r.State == RetiredState.Leaked).Select(r => $"{r.Generation} leaked"),
            .. registry.SetAside.Select(k => $"{k.Op} by {k.Provider} is {k.Explain()}"),
            .. plugins.Plugins.Where(p => p is { Problem: not null, IsSettling: false }).Select(p => $"plugin {p.Name}: {p.Problem}"),
        ];
        return Task.FromResult(problems.Length > 0
            ? HealthCheckResult.Degraded(string.Join("; ", problems))
            : HealthCheckResult.Healthy($"{registry.Ops.Count} ops, {registry.Kernels.Count} kernels"));
    }

    private static bool IsServable(RegistrySnapshot registry, RegisteredOp op) =>
        registry.KernelsOf(op).Select(k => k.Provider.Device).Distinct().Any(device => registry.OrderOf(op, device).Count > 0);
}
