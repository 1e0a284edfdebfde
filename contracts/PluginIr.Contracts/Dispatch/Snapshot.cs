using System.Runtime.CompilerServices;

namespace PluginIr.Dispatch;

/// <summary>The immutable registry that dispatch reads. Publishing one is storing one reference.</summary>
/// <param name="version">A number that grows with each snapshot of a process; never 0.</param>
/// <param name="rows">The rows, grouped by op and device kind, sorted by priority within a group.</param>
/// <param name="ranges">Where each group is: the entry for op id o and device kind d is at <c>o * DeviceKind.MaxKinds + d</c>.</param>
/// <exception cref="ArgumentOutOfRangeException">A range does not lie within the rows.</exception>
public class Snapshot(long version, KernelRow[] rows, RowRange[] ranges)
{
    // Stands where there is no kernel: it accepts nothing.
    private static readonly KernelRow[] s_none = new KernelRow[1];
    private static long s_lastVersion;

    private readonly KernelRow[] _rows = rows;
    private readonly RowRange[] _ranges = ranges;

    // The first row of every range, in a table of its own: most calls read this one row and nothing else.
    private readonly KernelRow[] _first = Array.ConvertAll(ranges, range => new ReadOnlySpan<KernelRow>(rows, range.Start, range.Count) is [var first, ..] ? first : default);

    /// <summary>A number that grows with each snapshot of the process; never 0.</summary>
    public long Version { get; } = version;

    /// <summary>The rows that a call of this op on this kind of device is offered to, in order.</summary>
    public ReadOnlySpan<KernelRow> RowsOf(int op, DeviceKind device)
    {
        int index = (op * DeviceKind.MaxKinds) + device.Index;
        RowRange[] ranges = _ranges;
        if ((uint)index >= (uint)ranges.Length)
            return default; // The op was named after this snapshot was made.
        RowRange range = ranges[index];
        return new ReadOnlySpan<KernelRow>(_rows, range.Start, range.Count);
    }

    /// <summary>The first of <see cref="RowsOf"/>; when there is none, a row that takes no call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly KernelRow FirstRowOf(int op, DeviceKind device)
    {
        int index = (op * DeviceKind.MaxKinds) + device.Index;
        KernelRow[] first = _first;
        if ((uint)index >= (uint)first.Length)
            return ref s_none[0]; // The op was named after this snapshot was made.
        return ref first[index];
    }

    /// <summary>The next version number.</summary>
    protected static long NextVersion() => Interlocked.Increment(ref s_lastVersion);
}
