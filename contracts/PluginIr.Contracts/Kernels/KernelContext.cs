using System.Runtime.InteropServices;

namespace PluginIr;

/// <summary>What a kernel may use during one call: threads that help, scratch memory and the device's stream. One for each calling thread.</summary>
public sealed unsafe partial class KernelContext
{
    private const int FirstBlockBytes = 64 * 1024;

    private readonly List<Block> _blocks = [];
    private int _current = -1;

    /// <summary>
    /// The stream that device kernels launch on; 0 is the compute stream of the tensors' device, which <see cref="Devices.DeviceRuntime"/> says more
    /// of. Host kernels ignore it.
    /// </summary>
    public nint Stream { get; init; }

    /// <summary>Frees the scratch memory with the context.</summary>
    ~KernelContext()
    {
        foreach (Block block in _blocks)
            NativeMemory.AlignedFree(block.Address);
    }

    /// <summary>
    /// Memory for this call alone, aligned to 64 bytes, contents undefined. Taken and given back like a stack: dispose in reverse order
    /// (<c>using</c> does), before the kernel returns. Allocates from the system only until the largest need has been met once.
    /// </summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="count">How many elements.</param>
    public Scratch<T> Scratch<T>(long count) where T : unmanaged
    {
        long bytes = (checked(count * sizeof(T)) + (TensorBuffer.Alignment - 1)) & -TensorBuffer.Alignment;
        int previousBlock = _current;
        long previousUsed = _current < 0 ? 0 : _blocks[_current].Used;
        Block block = BlockWith(bytes);
        var span = new Span<T>(block.Address + block.Used, checked((int)count));
        block.Used += bytes;
        return new Scratch<T>(this, span, previousBlock, previousUsed);
    }

    internal void Release(int block, long used)
    {
        for (int i = _current; i > block; i--)
            _blocks[i].Used = 0;
        _current = block;
        if (block >= 0)
            _blocks[block].Used = used;
    }

    private Block BlockWith(long bytes)
    {
        while (true)
        {
            if (_current >= 0 && _blocks[_current].Size - _blocks[_current].Used >= bytes)
                return _blocks[_current];
            if (_current + 1 == _blocks.Count)
            {
                long size = Math.Max(Math.Max(bytes, FirstBlockBytes), _blocks.Count == 0 ? 0 : _blocks[^1].Size * 2);
                _blocks.Add(new Block((byte*)NativeMemory.AlignedAlloc((nuint)size, TensorBuffer.Alignment), size));
            }

            _current++;
        }
    }

    private sealed class Block(byte* address, long size)
    {
        public readonly byte* Address = address;
        public readonly long Size = size;
        public long Used;
    }
}
