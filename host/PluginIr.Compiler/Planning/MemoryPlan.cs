using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Planning;

/// <summary>Where every value of a graph lies while it runs: in an input's memory, or in one arena that all the others share.</summary>
/// <remarks>
/// Invariants: two storages whose values are alive at one node do not overlap in the arena; every storage begins at a multiple of
/// <see cref="Alignment"/>; an output takes its activation's memory only when its kernel may work in place, nothing else uses that
/// memory at that node or later, and it is the graph's own or donated.
/// </remarks>
public sealed class MemoryPlan
{
    /// <summary>What every offset is a multiple of, in bytes: a cache line, and what kernels may ask of addresses.</summary>
    public const int Alignment = TensorBuffer.Alignment;

    private readonly StoragePlace[] _storages;
    private readonly ValuePlace[] _values;

    internal MemoryPlan(StoragePlace[] storages, ValuePlace[] values, long arenaBytes, long valuesBytes, int reused)
    {
        _storages = storages;
        _values = values;
        ArenaBytes = arenaBytes;
        ValuesBytes = valuesBytes;
        Reused = reused;
    }

    /// <summary>The memories.</summary>
    public ReadOnlySpan<StoragePlace> Storages => _storages;

    /// <summary>For each value of the graph, where it is.</summary>
    public ReadOnlySpan<ValuePlace> Values => _values;

    /// <summary>How large the arena is, in bytes.</summary>
    public long ArenaBytes { get; }

    /// <summary>
    /// What the values in it would take if each had memory of its own, in bytes, <see cref="long.MaxValue"/> at most; views count for nothing.
    /// </summary>
    public long ValuesBytes { get; }

    /// <summary>How many outputs take their activation's memory.</summary>
    public int Reused { get; }

    /// <summary>Lays out a graph.</summary>
    /// <param name="graph">The graph, lowered or not.</param>
    /// <param name="size">The size of its symbol.</param>
    /// <exception cref="GraphException">It needs more bytes than can be counted.</exception>
    public static MemoryPlan Of(Graph graph, long size) => new MemoryPlanner(graph, size).Plan();
}
