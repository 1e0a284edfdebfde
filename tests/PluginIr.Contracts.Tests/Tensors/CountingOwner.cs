namespace PluginIr.Contracts.Tests.Tensors;

/// <summary>Counts how often memory is given back, and gives none: the buffers it owns have addresses that nobody reads.</summary>
internal sealed class CountingOwner : BufferOwner
{
    public int Freed { get; private set; }

    public override void Free(Device device, nint address, nuint byteCount) => Freed++;

    public TensorBuffer Buffer(nuint byteCount) => new(new Device(DeviceKind.Get("imaginary")), 4096, byteCount, this);
}
