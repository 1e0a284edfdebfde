namespace PluginIr;

/// <summary>Frees buffers. Belongs to the host, never to a plugin, so that a tensor outlives the provider that made it.</summary>
public abstract class BufferOwner
{
    /// <summary>Frees memory that this owner handed out. Called once per buffer, from any thread, the finalizer's included.</summary>
    public abstract void Free(Device device, nint address, nuint byteCount);
}
