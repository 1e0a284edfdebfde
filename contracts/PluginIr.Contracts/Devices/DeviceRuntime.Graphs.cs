namespace PluginIr.Devices;

// Recording what is queued, to queue it again at the price of one launch. Not every device can.
public abstract partial class DeviceRuntime
{
    /// <summary>True when the four methods below work; otherwise they throw <see cref="NotSupportedException"/>.</summary>
    public virtual bool CanCapture => false;

    /// <summary>Begins to record what the calling thread queues on a stream instead of doing it.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="stream">A stream from <see cref="CreateStream"/>: on the compute stream other threads' work would be recorded too.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public virtual void BeginCapture(int device, nint stream) => throw CannotCapture();

    /// <summary>Ends a recording.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="stream">The stream that was recorded.</param>
    /// <returns>
    /// The graph, ready to be launched. It calls kernels of the generations that queued them: destroy it before any of them is disposed.
    /// </returns>
    /// <exception cref="DeviceException">Something was queued that cannot be recorded; the recording has ended all the same.</exception>
    public virtual nint EndCapture(int device, nint stream) => throw CannotCapture();

    /// <summary>Queues everything that was recorded. Returns at once. A graph runs once at a time: the next launch waits for the one before.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="graph">What <see cref="EndCapture"/> returned.</param>
    /// <param name="stream">The stream; 0 for the compute stream.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public virtual void LaunchGraph(int device, nint graph, nint stream = 0) => throw CannotCapture();

    /// <summary>Gives a graph back. One that is still running ends first, without anybody waiting.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="graph">What <see cref="EndCapture"/> returned.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public virtual void DestroyGraph(int device, nint graph) => throw CannotCapture();

    private NotSupportedException CannotCapture() =>
        new($"{GetType().Name} cannot record what is queued; ask {nameof(CanCapture)} first, and queue it each time instead.");
}
