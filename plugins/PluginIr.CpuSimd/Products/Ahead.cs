using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PluginIr.CpuSimd.Products;

/// <summary>
/// Asks for memory before it is needed, where the processor's own guess fails: several rows at once, each too short for it to catch on, or a
/// row that is read only when the one before has been written.
/// </summary>
/// <remarks>
/// Into the second-level cache, as the first holds what is being worked on. Nothing on processors for which .NET has no instruction.
/// </remarks>
internal static unsafe class Ahead
{
    private const int LineBytes = 64;

    /// <summary>Asks for some elements side by side, up to four lines. Addresses that are not mapped do no harm.</summary>
    /// <param name="first">The first, at the beginning of a line.</param>
    /// <param name="count">How many: a constant to the JIT.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchLines<TElement>(TElement* first, int count) where TElement : unmanaged
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch1(first);
        if (count * sizeof(TElement) > LineBytes)
            Sse.Prefetch1(first + (LineBytes / sizeof(TElement)));
        if (count * sizeof(TElement) > 2 * LineBytes)
            Sse.Prefetch1(first + (2 * LineBytes / sizeof(TElement)));
        if (count * sizeof(TElement) > 3 * LineBytes)
            Sse.Prefetch1(first + (3 * LineBytes / sizeof(TElement)));
    }
}
