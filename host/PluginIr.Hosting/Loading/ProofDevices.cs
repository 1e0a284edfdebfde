using PluginIr.Conformance;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Loading;

/// <summary>Where a candidate's kernels are proved: host memory, and the first device of each kind, through the candidate's own runtimes.</summary>
/// <param name="runtime">What starts devices.</param>
/// <param name="candidate">The registry as it would be.</param>
/// <param name="host">Host memory.</param>
internal sealed class ProofDevices(IrRuntime runtime, RegistrySnapshot candidate, CpuConformanceDevice host) : IDisposable
{
    private readonly Dictionary<DeviceKind, RuntimeConformanceDevice> _devices = [];

    /// <summary>Where kernels for a kind of device are proved.</summary>
    /// <exception cref="PluginIr.Devices.DeviceException">The device cannot be started.</exception>
    public IConformanceDevice Of(DeviceKind kind)
    {
        if (kind == DeviceKind.Cpu)
            return host;
        if (!_devices.TryGetValue(kind, out RuntimeConformanceDevice? device))
        {
            var first = new Device(kind);
            _devices.Add(kind, device = new RuntimeConformanceDevice(first, runtime.RuntimeOf(candidate, first)));
        }

        return device;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RuntimeConformanceDevice device in _devices.Values)
            device.Dispose();
    }
}
