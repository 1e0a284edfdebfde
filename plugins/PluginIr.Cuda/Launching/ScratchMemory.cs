namespace PluginIr.Cuda.Launching;

/// <summary>
/// A device's memory for what passes from one launch of a call to the next. Calls that use it hold a lock on it while they launch; the order of the
/// compute stream does the rest, as what was captured is replayed there too.
/// </summary>
/// <param name="allocate">Makes memory of so many bytes, ready for the compute stream.</param>
internal sealed class ScratchMemory(Func<long, nint> allocate)
{
    private const long LeastBytes = 1 << 20;

    private readonly List<View> _all = [];

    /// <summary>Everything that was allocated. What was outgrown is kept: graphs that were captured with it go on using it.</summary>
    public IReadOnlyList<View> All => _all;

    /// <summary>Memory of so many bytes or more, contents undefined. Allocates, at least twice what there was, only when that is too little.</summary>
    /// <param name="context">The call's.</param>
    /// <param name="bytes">How many.</param>
    /// <exception cref="InvalidOperationException">There is too little, and the call is captured: nothing may be allocated then.</exception>
    public View OfAtLeast(KernelContext context, long bytes)
    {
        if (_all.Count == 0 || _all[^1].Length < bytes)
        {
            if (context.Stream != 0)
                throw new InvalidOperationException($"A call that needs {bytes} bytes of scratch memory cannot be captured yet. Run it once first, with the same sizes.");
            long size = Math.Max(bytes, _all.Count == 0 ? LeastBytes : 2 * _all[^1].Length);
            _all.Add(new View(allocate(size), size));
        }

        return _all[^1];
    }
}
