using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PluginIr.Compiler.Execution;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler;

/// <summary>A graph that can run, and follows the registry: when another snapshot is published it is lowered against that one.</summary>
/// <remarks>
/// <para>Lowering happens on the publisher's thread, before the snapshot is published: a run that begins after finds the graph lowered
/// already, and none waits. A run enters one snapshot and uses what was lowered against that one, so it sees one state of the registry and
/// calls no pointer of a generation that has been replaced. After a kernel was set aside, which a failing call does, runs use what was lowered
/// before until a thread of the pool has lowered the graph again: its generations are the same. A snapshot that nothing was lowered against
/// yet, as in a priority scope, is lowered against on the spot, once. So it is for a run at a size that a chosen kernel turns out to decline.</para>
/// <para>May be used by any number of threads, each with a session of its own.</para>
/// <para>The arenas of disposed sessions are kept for the next, until the graph is disposed or collected: on a device, while its plugin is loaded,
/// disposing is what gives them back.</para>
/// </remarks>
public sealed class CompiledGraph : ISnapshotFollower, IDisposable
{
    private readonly IrRuntime _runtime;
    private readonly CompileOptions _options;
    private readonly Graph _functional;
    private readonly ConditionalWeakTable<object, Lowering> _others = [];
    private readonly ConcurrentBag<Arena> _arenas = [];
    private readonly Lock _declinedLock = new();
    private volatile long[] _declinedSizes = [];
    private int _lowerings;
    private Lowering? _current;
    private Lowering? _next;
    private volatile bool _isDisposed;

    internal CompiledGraph(IrRuntime runtime, Graph functional, CompileOptions options)
    {
        _runtime = runtime;
        _functional = functional;
        _options = options;
    }

    /// <summary>The functional graph that is lowered, whatever kernels there are.</summary>
    public Graph Functional => _functional;

    /// <summary>Where all its tensors are.</summary>
    public Device Device => _functional.Values.Length == 0 ? Device.Cpu : _functional.Values[0].Device;

    /// <summary>Whether its runs are captured, where their device can.</summary>
    internal bool Captures => _options.Captures;

    /// <summary>The graph as it is lowered against the present registry.</summary>
    /// <exception cref="GraphException">It cannot be lowered.</exception>
    public Graph Lowered => InPresent().Graph;

    /// <summary>What the passes did for the present registry.</summary>
    /// <exception cref="GraphException">It cannot be lowered.</exception>
    public CompileReport Report => InPresent().Report;

    /// <summary>How often the graph has been lowered.</summary>
    public int Lowerings => Volatile.Read(ref _lowerings);

    /// <summary>What one thread runs the graph with.</summary>
    /// <param name="beside">
    /// A session of this or another graph on the same device whose arena it shares: for graphs that run in turn on one thread. Outputs are then
    /// good until the next run of either; the other session is to be disposed last.
    /// </param>
    /// <exception cref="ObjectDisposedException">The graph, or the other session, has been disposed.</exception>
    /// <exception cref="ArgumentException">The other session is on another device.</exception>
    public GraphSession CreateSession(GraphSession? beside = null)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ObjectDisposedException.ThrowIf(beside is { IsDisposed: true }, typeof(GraphSession));
        if (beside is not null && beside.Device != Device)
        {
            throw new ArgumentException(
                $"{_functional.Name} is on {Device}; the session that it is to share an arena with is on {beside.Device}. Give one on {Device}, or none.",
                nameof(beside));
        }

        return new GraphSession(_runtime, this, beside);
    }

    /// <summary>
    /// Frees the arenas that no session has. Sessions that are not disposed yet can go on, and free theirs when they are; but the graph follows the
    /// registry no longer, so that their first run after a swap lowers it.
    /// </summary>
    public void Dispose()
    {
        _isDisposed = true;
        FreeArenas();
    }

    /// <inheritdoc/>
    void ISnapshotFollower.OnPublishing(RegistrySnapshot next)
    {
        if (!_isDisposed)
            Volatile.Write(ref _next, Lower(next));
    }

    /// <inheritdoc/>
    void ISnapshotFollower.OnPublished()
    {
        // A run that has entered the snapshot before and not looked for its lowering yet finds it here for as long as that snapshot lives.
        if (_current is { } before && !ReferenceEquals(before.Basis, _next?.Basis))
            _others.TryAdd(before.Basis, before);
        Volatile.Write(ref _current, _next);
        Volatile.Write(ref _next, null);
    }

    /// <summary>The graph lowered against a snapshot that the calling thread has entered.</summary>
    /// <exception cref="GraphException">It cannot be lowered against it.</exception>
    internal LoweredGraph For(RegistrySnapshot snapshot) => LoweringFor(snapshot).Graph;

    /// <summary>The graph lowered against an entered snapshot, to kernels that take a run at a size, whatever predicates said of other sizes.</summary>
    /// <exception cref="GraphException">No kernel takes a node at that size, too. What the graph is lowered to for other sizes stays.</exception>
    internal LoweredGraph For(RegistrySnapshot snapshot, long size)
    {
        Lowering lowering = LoweringFor(snapshot);
        if (lowering.Graph.RunsAt(snapshot, size))
            return lowering.Graph;
        lock (_declinedLock)
        {
            // Another run may have come before this one.
            if (!lowering.Graph.RunsAt(snapshot, size))
            {
                long[] declined = [.. _declinedSizes, size];
                lowering.Graph = LowerFor(snapshot, declined);
                _declinedSizes = declined;
            }

            return lowering.Graph;
        }
    }

    internal Arena RentArena() => _arenas.TryTake(out Arena? arena) ? arena : new Arena(_runtime, Device);

    internal void Return(Arena arena)
    {
        _arenas.Add(arena);
        if (_isDisposed)
            FreeArenas();
    }

    /// <summary>Lowers for the first time, and follows the registry from here on.</summary>
    internal void Start() => _runtime.Follow(this, snapshot => Volatile.Write(ref _current, Lower(snapshot)));

    private void FreeArenas()
    {
        while (_arenas.TryTake(out Arena? arena))
            arena.Dispose();
    }

    private Lowering LoweringFor(RegistrySnapshot snapshot)
    {
        // The next becomes the current before it stops being the next, so one that is gone from there is looked for here again.
        return TryFind(ref _current, snapshot) ?? TryFind(ref _next, snapshot) ?? TryFind(ref _current, snapshot)
            ?? (_others.TryGetValue(snapshot.Basis, out Lowering? other) ? other : LowerOnce(snapshot));
    }

    private static Lowering? TryFind(ref Lowering? place, RegistrySnapshot snapshot) =>
        Volatile.Read(ref place) is { } found && ReferenceEquals(found.Basis, snapshot.Basis) ? found : null;

    private LoweredGraph InPresent()
    {
        using Dispatch.CallLease lease = _runtime.Lease();
        return For(_runtime.Registry);
    }

    private Lowering LowerOnce(RegistrySnapshot snapshot) => _others.GetValue(snapshot.Basis, _ => Lower(snapshot));

    private Lowering Lower(RegistrySnapshot snapshot)
    {
        try
        {
            return new Lowering(snapshot.Basis, LowerFor(snapshot, _declinedSizes), null);
        }
        catch (GraphException refused)
        {
            // Publishing goes on: the graph says why it cannot run to whoever runs it, until a snapshot comes that it can be lowered against.
            return new Lowering(snapshot.Basis, null, refused);
        }
    }

    private LoweredGraph LowerFor(RegistrySnapshot snapshot, long[] declinedSizes)
    {
        Interlocked.Increment(ref _lowerings);
        return LoweredGraph.Lower(
            _functional, new PassContext(_runtime, snapshot, _options, new CompileReport()) { DeclinedSizes = declinedSizes });
    }

    // Refers to no snapshot, and to a refusal by its text alone: the exception behind it may be a plugin's.
    private sealed class Lowering(object basis, LoweredGraph? graph, GraphException? refusal)
    {
        private volatile LoweredGraph? _graph = graph;
        private readonly string _problem = refusal?.Problem ?? "";
        private readonly SourcePosition _position = refusal?.Position ?? default;

        public object Basis => basis;

        public LoweredGraph Graph
        {
            get => _graph ?? throw new GraphException(_problem, _position);
            set => _graph = value;
        }
    }
}
