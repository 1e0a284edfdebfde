namespace PluginIr.Runtime.Devices;

/// <summary>Buffers that were freed while no runtime served their device. They wait for one: memory is never forgotten, and freeing never fails a caller.</summary>
internal sealed class WaitingBuffers
{
    private readonly Lock _lock = new();
    private readonly List<WaitingBuffer> _buffers = [];
    private long _bytes;

    /// <summary>How many bytes wait.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Keeps a buffer.</summary>
    public void Add(WaitingBuffer buffer)
    {
        lock (_lock)
        {
            _buffers.Add(buffer);
            _bytes += (long)buffer.Bytes;
        }
    }

    /// <summary>Takes all buffers of a kind of device.</summary>
    public WaitingBuffer[] Take(DeviceKind kind)
    {
        lock (_lock)
        {
            WaitingBuffer[] taken = [.. _buffers.Where(b => b.Device.Kind == kind)];
            _buffers.RemoveAll(b => b.Device.Kind == kind);
            _bytes -= taken.Sum(b => (long)b.Bytes);
            return taken;
        }
    }
}
