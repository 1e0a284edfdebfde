namespace PluginIr.Runtime.Devices;

/// <summary>
/// The compute stream of every device that was started, whichever generation did: the next one goes on with it, so that work of the two is done in
/// the order in which it was queued. Handles alone; nothing here refers to a plugin.
/// </summary>
internal sealed class ComputeStreams
{
    private readonly Dictionary<Device, nint> _streams = [];

    /// <summary>Held while a device is started, and while a registry is published, which must not miss one.</summary>
    public Lock Lock { get; } = new();

    /// <summary>A device's stream; 0 when it was never started.</summary>
    public nint Of(Device device)
    {
        lock (Lock)
            return _streams.GetValueOrDefault(device);
    }

    /// <summary>Notes a device's stream.</summary>
    public void Set(Device device, nint stream)
    {
        lock (Lock)
            _streams[device] = stream;
    }

    /// <summary>The devices of a kind that were ever started.</summary>
    public Device[] Started(DeviceKind kind)
    {
        lock (Lock)
            return [.. _streams.Keys.Where(d => d.Kind == kind)];
    }
}
