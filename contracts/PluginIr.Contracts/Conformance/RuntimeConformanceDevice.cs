using PluginIr.Devices;

namespace PluginIr.Conformance;

/// <summary>A device's memory, through its runtime. Frees what is left of its own when it is disposed, before the runtime may be.</summary>
public sealed class RuntimeConformanceDevice : IConformanceDevice, IDisposable
{
    private readonly Device _device;
    private readonly Memory _memory;

    /// <summary>Uses a device that has been started.</summary>
    /// <param name="device">The device.</param>
    /// <param name="runtime">The runtime that serves it.</param>
    public RuntimeConformanceDevice(Device device, DeviceRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        _device = device;
        _memory = new Memory(runtime);
    }

    /// <inheritdoc/>
    public KernelContext Context { get; } = new();

    /// <inheritdoc/>
    public Tensor Place(Tensor host)
    {
        nuint bytes = (nuint)host.Spec.ByteCount;
        DeviceRuntime runtime = _memory.Runtime;
        nint address = _memory.Allocate(_device, Math.Max(bytes, 1));
        var placed = new Tensor(host.Spec, new TensorBuffer(_device, address, bytes, _memory));
        if (bytes > 0)
            runtime.CopyToDevice(_device.Ordinal, address, host.Address, bytes);
        GC.KeepAlive(host);
        return placed;
    }

    /// <inheritdoc/>
    public Tensor Fetch(Tensor placed)
    {
        Tensor host = Tensor.Empty(placed.Spec);
        if (placed.Spec.ByteCount > 0)
            _memory.Runtime.CopyToHost(_device.Ordinal, host.Address, placed.Address, (nuint)placed.Spec.ByteCount);
        GC.KeepAlive(placed);
        return host;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    // Tensors that a kernel which threw left behind are freed with the device: their finalizers come when the runtime may be gone.
    private sealed class Memory(DeviceRuntime runtime) : BufferOwner, IDisposable
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<(Device Device, nint Address), nuint> _live = [];
        private DeviceRuntime? _runtime = runtime;

        public DeviceRuntime Runtime => _runtime ?? throw new ObjectDisposedException(nameof(RuntimeConformanceDevice));

        public nint Allocate(Device device, nuint bytes)
        {
            nint address = Runtime.Allocate(device.Ordinal, bytes);
            lock (_lock)
                _live.Add((device, address), bytes);
            return address;
        }

        public override void Free(Device device, nint address, nuint byteCount)
        {
            lock (_lock)
            {
                if (_runtime is not null && _live.Remove((device, address), out nuint bytes))
                    _runtime.Free(device.Ordinal, address, bytes);
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                foreach (((Device device, nint address), nuint bytes) in _live)
                    _runtime?.Free(device.Ordinal, address, bytes);
                _live.Clear();
                _runtime = null;
            }
        }
    }
}
