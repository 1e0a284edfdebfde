using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PluginIr.CpuSimd.Elements;

namespace PluginIr.CpuSimd.Products;

/// <summary>
/// Asks for memory before it is needed, where the processor's own guess fails: several rows at once, each too short for it to catch on, or a
/// row that is read only when the one before has been written.
/// </summary>
/// <remarks>Nothing on processors for which .NET has no instruction. Addresses that are not mapped do no harm.</remarks>
internal static unsafe class Prefetch
{
    private const int LineBytes = 64;

    /// <summary>
    /// Asks for some elements side by side, up to eight lines, into the first-level cache. Asking the second-level cache for what it has already costs
    /// time and gains nothing; this way it comes while something else is computed.
    /// </summary>
    /// <param name="first">The first, at the beginning of a line.</param>
    /// <param name="count">How many: a constant to the JIT.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Elements<TElement>(TElement* first, int count) where TElement : unmanaged
    {
        FetchFour(first, count);
        if (count * sizeof(TElement) > 4 * LineBytes)
            FetchFour(first + (4 * LineBytes / sizeof(TElement)), count - (4 * LineBytes / sizeof(TElement)));
    }

    /// <summary>
    /// Asks for some elements of the next row, up to two lines. Elements of 16 bits are widened in scratch memory, which leaves no room for a further
    /// row in the first-level cache: those go to the second.
    /// </summary>
    /// <param name="first">The first, at the beginning of a line.</param>
    /// <param name="count">How many: a constant to the JIT.</param>
    /// <param name="isLong">True for a row that leaves no such room either.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OfNextRow<TElement>(TElement* first, int count, bool isLong = false) where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(Float32Element) && !isLong)
        {
            Elements(first, count);
        }
        else if (Sse.IsSupported)
        {
            Sse.Prefetch1(first);
            if (count * sizeof(TElement) > LineBytes)
                Sse.Prefetch1(first + (LineBytes / sizeof(TElement)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchFour<TElement>(TElement* first, int count) where TElement : unmanaged
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(first);
        if (count * sizeof(TElement) > LineBytes)
            Sse.Prefetch0(first + (LineBytes / sizeof(TElement)));
        if (count * sizeof(TElement) > 2 * LineBytes)
            Sse.Prefetch0(first + (2 * LineBytes / sizeof(TElement)));
        if (count * sizeof(TElement) > 3 * LineBytes)
            Sse.Prefetch0(first + (3 * LineBytes / sizeof(TElement)));
    }
}
