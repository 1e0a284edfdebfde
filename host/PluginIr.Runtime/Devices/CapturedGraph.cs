using PluginIr.Devices;

namespace PluginIr.Runtime.Devices;

/// <summary>Work that a device recorded, to be queued again at the price of one launch: what <see cref="IrRuntime.TryCapture"/> returns.</summary>
/// <remarks>
/// It calls kernels of the generations that were registered when it was recorded. The runtime destroys it before any of those is disposed, when nobody
/// is inside a snapshot any more in which it may be launched; whoever owns it records anew for the snapshot that it is in then.
/// </remarks>
public sealed class CapturedGraph : IDisposable
{
    private readonly IrRuntime _runtime;
    private readonly RecordedWork _work;

    internal CapturedGraph(IrRuntime runtime, RecordedWork work)
    {
        _runtime = runtime;
        _work = work;
    }

    /// <summary>Destroys it when nobody did.</summary>
    ~CapturedGraph() => _runtime.Destroy(_work);

    /// <summary>Queues all of it on the device's compute stream. Returns at once; allocates nothing.</summary>
    /// <param name="device">
    /// The device's runtime in the snapshot that it was recorded in, which the calling thread is inside of; in no other may it be launched.
    /// </param>
    /// <exception cref="ObjectDisposedException">It was destroyed.</exception>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public void Launch(DeviceRuntime device)
    {
        ArgumentNullException.ThrowIfNull(device);
        nint handle = _work.Handle;
        ObjectDisposedException.ThrowIf(handle == 0, this);
        device.LaunchGraph(_work.Device.Ordinal, handle);
        GC.KeepAlive(this);
    }

    /// <summary>Gives it back to the device. Doing so twice has no further effect.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _runtime.Destroy(_work);
    }
}
