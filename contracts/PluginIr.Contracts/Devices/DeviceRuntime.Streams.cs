namespace PluginIr.Devices;

// Streams besides the compute stream, and events, which order streams and measure time.
public abstract partial class DeviceRuntime
{
    /// <summary>A stream that runs beside the compute stream; nothing orders the two but events.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract nint CreateStream(int device);

    /// <summary>Gives a stream back once what is queued on it is done.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="stream">What <see cref="CreateStream"/> returned.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void DestroyStream(int device, nint stream);

    /// <summary>Waits until everything that is queued on a stream is done.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="stream">The stream; 0 for the compute stream.</param>
    /// <exception cref="DeviceException">Something of it failed.</exception>
    public abstract void SynchronizeStream(int device, nint stream = 0);

    /// <summary>An event, which stands for a point in a stream once it is recorded.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="isTimed">True when <see cref="ElapsedMilliseconds"/> is to be asked of it; others are cheaper.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract nint CreateEvent(int device, bool isTimed = false);

    /// <summary>Gives an event back.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="event">What <see cref="CreateEvent"/> returned.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void DestroyEvent(int device, nint @event);

    /// <summary>Records an event: it is reached when everything that is queued on the stream now is done.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="event">The event.</param>
    /// <param name="stream">The stream; 0 for the compute stream.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void RecordEvent(int device, nint @event, nint stream = 0);

    /// <summary>Makes a stream wait: what is queued on it from now on starts when the event is reached. Returns at once.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="event">The event, recorded.</param>
    /// <param name="stream">The stream; 0 for the compute stream.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void WaitForEvent(int device, nint @event, nint stream = 0);

    /// <summary>Makes the calling thread wait until an event is reached.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="event">The event, recorded.</param>
    /// <exception cref="DeviceException">Work before it failed.</exception>
    public abstract void SynchronizeEvent(int device, nint @event);

    /// <summary>The time between two timed events that were reached, in milliseconds.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="start">The earlier event.</param>
    /// <param name="end">The later event.</param>
    /// <exception cref="DeviceException">One was not reached, or is not timed.</exception>
    public abstract float ElapsedMilliseconds(int device, nint start, nint end);
}
