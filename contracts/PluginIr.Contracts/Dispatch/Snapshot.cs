using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PluginIr.Dispatch;

/// <summary>The immutable registry that dispatch reads. Publishing one is storing one reference.</summary>
/// <param name="version">A number that grows with each snapshot of a process; never 0.</param>
/// <param name="rows">The rows, grouped by op and device kind, sorted by priority within a group.</param>
/// <param name="ranges">Where each group is: the entry for op id o and device kind d is at <c>o * DeviceKind.MaxKinds + d</c>.</param>
/// <exception cref="ArgumentException">A range does not lie within the rows.</exception>
public class Snapshot(long version, KernelRow[] rows, RowRange[] ranges)
{
    private static long s_lastVersion;

    private readonly KernelRow[] _rows = rows;
    private readonly RowRange[] _ranges = Array.TrueForAll(ranges, r => r.Start >= 0 && r.Count >= 0 && r.Start <= rows.Length - r.Count)
        ? ranges
        : throw new ArgumentException($"A range does not lie within the {rows.Length} rows.", nameof(ranges));

    /// <summary>A number that grows with each snapshot of the process; never 0.</summary>
    public long Version { get; } = version;

    /// <summary>The rows that a call of this op on this kind of device is offered to, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<KernelRow> RowsOf(int op, DeviceKind device)
    {
        int index = (op * DeviceKind.MaxKinds) + device.Index;
        RowRange[] ranges = _ranges;
        if ((uint)index >= (uint)ranges.Length)
            return default; // The op was named after this snapshot was made.
        RowRange range = ranges[index];

        // The constructor has checked that every range lies within the rows.
        ref KernelRow first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_rows), range.Start);
        return MemoryMarshal.CreateReadOnlySpan(ref first, range.Count);
    }

    /// <summary>The next version number.</summary>
    protected static long NextVersion() => Interlocked.Increment(ref s_lastVersion);
}
