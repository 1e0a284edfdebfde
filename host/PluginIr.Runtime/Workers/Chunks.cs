using System.Runtime.InteropServices;

namespace PluginIr.Runtime.Workers;

/// <summary>Numbers 0 to n-1 that are each claimed once: by the caller from the front, by workers from the back.</summary>
/// <remarks>
/// One word holds both ends, and a claim is one compare-and-swap of it. A claim that was prepared during one call and happens in the next
/// is a good claim of the next: equal words mean equal ends. So whoever claims reads what the call is about only afterwards.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 2 * CacheLine)]
internal struct Chunks
{
    private const int CacheLine = 64;

    [FieldOffset(CacheLine)]
    private ulong _ends; // low half: how many were claimed from the front; high half: how many were not claimed from the back

    /// <summary>True when there are chunks that nobody has claimed.</summary>
    public bool Any
    {
        get
        {
            ulong ends = Volatile.Read(ref _ends);
            return Front(ends) < Back(ends);
        }
    }

    /// <summary>Offers so many chunks. A full fence: what was written before is seen by whoever claims one.</summary>
    public void Offer(int count) => Interlocked.Exchange(ref _ends, (ulong)count << 32);

    /// <summary>Claims the first. For the caller alone.</summary>
    public bool TryClaimFront(out int chunk)
    {
        ulong ends = Volatile.Read(ref _ends);
        while (Front(ends) < Back(ends))
        {
            ulong seen = Interlocked.CompareExchange(ref _ends, ends + 1, ends);
            if (seen == ends)
            {
                chunk = (int)Front(ends);
                return true;
            }

            ends = seen;
        }

        chunk = -1;
        return false;
    }

    /// <summary>Claims the last.</summary>
    public bool TryClaimBack(out int chunk)
    {
        ulong ends = Volatile.Read(ref _ends);
        while (Front(ends) < Back(ends))
        {
            ulong seen = Interlocked.CompareExchange(ref _ends, ends - (1UL << 32), ends);
            if (seen == ends)
            {
                chunk = (int)Back(ends) - 1;
                return true;
            }

            ends = seen;
        }

        chunk = -1;
        return false;
    }

    /// <summary>Takes back what nobody has claimed.</summary>
    /// <param name="count">How many were offered.</param>
    /// <returns>How many of them were claimed from the back.</returns>
    public int Close(int count) => count - (int)Back(Interlocked.Exchange(ref _ends, 0));

    private static uint Front(ulong ends) => (uint)ends;

    private static uint Back(ulong ends) => (uint)(ends >> 32);
}
