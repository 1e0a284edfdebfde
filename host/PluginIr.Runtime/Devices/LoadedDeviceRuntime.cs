using System.Runtime.ExceptionServices;
using PluginIr.Devices;
using PluginIr.Registration;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Devices;

/// <summary>The runtime of a kind of device as one generation brought it, and which of its devices have been started.</summary>
/// <param name="descriptor">What the generation registered.</param>
public sealed class LoadedDeviceRuntime(DeviceRuntimeDescriptor descriptor)
{
    private readonly nint[] _computeStreams = new nint[descriptor.Runtime?.Devices.Count ?? 0];

    /// <summary>The kind of device.</summary>
    public DeviceKind Kind { get; } = descriptor.Kind;

    /// <summary>Whether such devices are here.</summary>
    public Support Support { get; } = descriptor.Support;

    /// <summary>The runtime; null when it is not supported here.</summary>
    public DeviceRuntime? Runtime { get; } = descriptor.Runtime;

    /// <summary>The ordinals of the devices that have been started.</summary>
    public IEnumerable<ushort> Started => Enumerable.Range(0, _computeStreams.Length).Where(IsStarted).Select(o => (ushort)o);

    /// <summary>True when the device with this ordinal has been started through this generation.</summary>
    public bool IsStarted(int ordinal) => (uint)ordinal < (uint)_computeStreams.Length && Volatile.Read(ref _computeStreams[ordinal]) != 0;

    /// <summary>The runtime, ready for a device.</summary>
    /// <param name="device">A device of this kind.</param>
    /// <param name="streams">The compute streams of all devices that were ever started.</param>
    /// <exception cref="InvalidOperationException">The kind is not supported here, or has fewer devices.</exception>
    /// <exception cref="DeviceException">The device cannot be started.</exception>
    internal DeviceRuntime For(Device device, ComputeStreams streams)
    {
        if (Runtime is null)
            throw new InvalidOperationException($"{device} cannot be used here: {Support.Reason}");
        if (device.Ordinal >= _computeStreams.Length)
        {
            throw new InvalidOperationException(
                $"There is no device {device.Kind.Name}:{device.Ordinal}; found {_computeStreams.Length} of that kind, numbered from 0.");
        }

        if (!IsStarted(device.Ordinal))
            Start(device, streams);
        return Runtime;
    }

    private void Start(Device device, ComputeStreams streams)
    {
        lock (streams.Lock)
        {
            if (IsStarted(device.Ordinal))
                return;
            nint stream = Runtime!.Start(device.Ordinal, streams.Of(device));
            if (stream == 0)
                throw new InvalidOperationException($"The runtime of '{Kind}' started device {device.Ordinal} without a compute stream; Start must return one.");
            streams.Set(device, stream);
            Volatile.Write(ref _computeStreams[device.Ordinal], stream);
        }
    }

    /// <summary>Waits until what is queued on the started devices of some runtimes is done. One that fails does not keep it from the others.</summary>
    /// <exception cref="DeviceException">Some of it failed: the first failure.</exception>
    internal static void Synchronize(IReadOnlyList<LoadedDeviceRuntime> runtimes)
    {
        DeviceException? first = null;
        foreach ((DeviceRuntime runtime, ushort ordinal) in runtimes.SelectMany(r => r.Started.Select(ordinal => (r.Runtime!, ordinal))))
        {
            try
            {
                runtime.Synchronize(ordinal);
            }
            catch (DeviceException failure)
            {
                first ??= failure;
            }
        }

        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
    }
}
