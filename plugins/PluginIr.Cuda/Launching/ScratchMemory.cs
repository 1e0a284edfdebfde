using PluginIr.Devices;

namespace PluginIr.Cuda.Launching;

/// <summary>
/// A device's memory for what passes from one launch of a call to the next. Calls that use it hold a lock on it while they launch, so that none of another
/// thread comes between their launches; the order of the compute stream does the rest.
/// </summary>
/// <remarks>
/// What was captured has memory of its own: another thread may replay it on the compute stream between two launches of a call. Its own launches are queued
/// all at once, so that all graphs share that.
/// </remarks>
/// <param name="allocate">Makes memory of so many bytes, ready for the compute stream.</param>
internal sealed class ScratchMemory(Func<long, nint> allocate)
{
    private const long LeastBytes = 1 << 20, Alignment = 256;

    private readonly List<View> _all = [];

    /// <summary>Everything that was allocated. What was outgrown is kept: graphs that were captured with it go on using it.</summary>
    public IReadOnlyList<View> All => _all;

    // The first half is that of calls, the second that of graphs.
    private long Size => _all.Count == 0 ? 0 : _all[^1].Length / 2;

    /// <summary>Memory of so many bytes or more, contents undefined. Allocates, at least twice what there was if the device has it, only when that is too little.</summary>
    /// <param name="context">The call's.</param>
    /// <param name="bytes">How many.</param>
    /// <exception cref="InvalidOperationException">There is too little, and the call is captured: nothing may be allocated then.</exception>
    /// <exception cref="DeviceException">The device has not so much memory left.</exception>
    public View OfAtLeast(KernelContext context, long bytes)
    {
        bool isCaptured = context.Stream != 0;
        if (Size < bytes)
        {
            if (isCaptured)
                throw new InvalidOperationException($"A call that needs {bytes} bytes of scratch memory cannot be captured yet. Run it once first, with the same sizes.");
            Grow((bytes + Alignment - 1) / Alignment * Alignment);
        }

        View both = _all[^1];
        return new View(both.Address + (isCaptured ? (nint)Size : 0), Size);
    }

    private void Grow(long needed)
    {
        long wanted = Math.Max(needed, Math.Max(LeastBytes, 2 * Size));
        try
        {
            Add(wanted);
        }
        catch (DeviceException full) when (full.IsOutOfMemory && wanted > needed)
        {
            Add(needed);
        }
    }

    private void Add(long size) => _all.Add(new View(allocate(2 * size), 2 * size));
}
