using PluginIr.Cuda.Driver;

namespace PluginIr.Cuda.Devices;

/// <summary>
/// Takes host memory to a device through a ring of pinned slots: into one while the device still reads others. The source has been read when a copy
/// returns, whatever memory it is in: the driver alone would read pinned memory later, and might wait for the stream with memory that is not.
/// </summary>
/// <param name="driver">The driver. The device's context is current in every call.</param>
/// <param name="slots">How many slots. A copy waits when the device has not read any of them yet.</param>
/// <param name="slotBytes">The size of each.</param>
internal sealed class PinnedStaging(CudaDriver driver, int slots, int slotBytes) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly nint[] _read = new nint[slots]; // Events: the device has read the slot.
    private nint _memory;
    private int _next;

    /// <summary>Queues a copy. The source has been read when this returns.</summary>
    /// <param name="target">The first byte on the device.</param>
    /// <param name="source">The first byte in host memory.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="stream">The stream.</param>
    public unsafe void Copy(nint target, nint source, nuint bytes, nint stream)
    {
        // One copy at a time: two would take turns on the bus all the same.
        lock (_lock)
        {
            for (nuint done = 0; done < bytes; done += (nuint)slotBytes)
            {
                int index = Free();
                nint slot = _memory + (index * (nint)slotBytes);
                nuint part = Math.Min(bytes - done, (nuint)slotBytes);
                Buffer.MemoryCopy((void*)(source + (nint)done), (void*)slot, slotBytes, (long)part);
                driver.CopyToDevice(target + (nint)done, slot, part, stream);
                driver.RecordEvent(_read[index], stream);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            var teardown = new Teardown();
            if (_memory != 0)
                teardown.Do(() => driver.FreeHost(_memory));
            foreach (nint read in _read.Where(read => read != 0))
                teardown.Do(() => driver.DestroyEvent(read));
            _memory = 0;
            Array.Clear(_read);
            teardown.ThrowFirst();
        }
    }

    // The slot whose turn it is, once the device has read what it held.
    private int Free()
    {
        int index = _next;
        _next = (_next + 1) % slots;
        if (_memory == 0)
            _memory = driver.AllocateHost((nuint)slots * (nuint)slotBytes);
        if (_read[index] == 0)
            _read[index] = driver.CreateEvent(isTimed: false);
        else
            driver.SynchronizeEvent(_read[index]);
        return index;
    }
}
