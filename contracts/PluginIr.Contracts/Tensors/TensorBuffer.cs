namespace PluginIr;

/// <summary>Memory that tensors look at: plain data (device, address, bytes) and who frees it.</summary>
/// <remarks>
/// Counted: every tensor that looks at the buffer holds one count and gives it back when disposed; the memory is freed at zero.
/// Tensors that are dropped without being disposed are caught by the finalizer.
/// </remarks>
public sealed class TensorBuffer
{
    /// <summary>Every CPU buffer that the host makes starts on a boundary of this many bytes: a cache line, and an AVX-512 vector.</summary>
    public const int Alignment = 64;

    // The count of a buffer whose memory is gone. A new one's is 0.
    private const int Freed = int.MinValue;

    private readonly BufferOwner? _owner;
    private readonly object? _keepAlive;
    private int _references;

    /// <summary>Wraps memory.</summary>
    /// <param name="device">Where the memory is.</param>
    /// <param name="address">Its first byte.</param>
    /// <param name="byteCount">How many bytes.</param>
    /// <param name="owner">Who frees it; null when nobody does (memory that belongs to <paramref name="keepAlive"/>).</param>
    /// <param name="keepAlive">An object that must live as long as the memory is looked at, such as a mapped file.</param>
    public TensorBuffer(Device device, nint address, nuint byteCount, BufferOwner? owner, object? keepAlive = null)
    {
        Device = device;
        Address = address;
        ByteCount = byteCount;
        _owner = owner;
        _keepAlive = keepAlive;
        if (owner is null)
            GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory if no tensor did.</summary>
    ~TensorBuffer() => Free();

    /// <summary>Where the memory is.</summary>
    public Device Device { get; }

    /// <summary>The first byte.</summary>
    public nint Address { get; }

    /// <summary>How many bytes.</summary>
    public nuint ByteCount { get; }

    /// <summary>Host memory from the C runtime, aligned to <see cref="Alignment"/>, contents undefined.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public static TensorBuffer AllocateCpu(nuint byteCount) => new(Device.Cpu, HostMemory.Allocate(byteCount), byteCount, CRuntimeOwner.Instance);

    /// <exception cref="ObjectDisposedException">The last tensor that looked at the buffer was disposed, and the memory freed with it.</exception>
    internal void AddReference()
    {
        int seen = Volatile.Read(ref _references), before;
        do
        {
            before = seen;
            if (before == Freed)
            {
                throw new ObjectDisposedException(
                    nameof(TensorBuffer), "The buffer was freed when the last tensor that looked at it was disposed; keep one for as long as it is used.");
            }
        }
        while ((seen = Interlocked.CompareExchange(ref _references, before + 1, before)) != before);
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0 && Interlocked.CompareExchange(ref _references, Freed, 0) == 0)
        {
            GC.SuppressFinalize(this);
            Free();
        }
    }

    private void Free()
    {
        _owner?.Free(Device, Address, ByteCount);
        GC.KeepAlive(_keepAlive);
    }

    private sealed class CRuntimeOwner : BufferOwner
    {
        public static readonly CRuntimeOwner Instance = new();

        public override void Free(Device device, nint address, nuint byteCount) => HostMemory.Free(address, byteCount);
    }
}
