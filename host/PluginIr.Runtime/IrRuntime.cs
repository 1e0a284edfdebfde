using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PluginIr.Dispatch;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using PluginIr.Runtime.Workers;

namespace PluginIr.Runtime;

/// <summary>The runtime that ops are called on: <c>ir.RmsNorm(x, weight, 1e-6f)</c>. An instance; make one for each process and inject it.</summary>
/// <remarks>
/// Calls may come from any number of threads. The registry, the priority and scopes may change at any time; a call sees one state from
/// start to end.
/// </remarks>
public sealed partial class IrRuntime : IrDispatcher, IDisposable
{
    private const int LeastScopesToPrune = 16;

    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, bool> _said = new();
    private readonly ConcurrentDictionary<int, bool> _fellBack = new();
    private readonly AsyncLocal<PriorityScope?> _scope;
    private readonly List<WeakReference<PriorityScope>> _scopes = [];
    private readonly ScopedSnapshots _scopedSnapshots = new();
    private int _scopesToPrune = LeastScopesToPrune;

    /// <summary>Creates a runtime that knows the built-in ops and their native kernels.</summary>
    /// <param name="logger">Where it logs; nowhere when null.</param>
    /// <param name="priority">The priority; <see cref="PriorityTable.Default"/> when null.</param>
    public IrRuntime(ILogger<IrRuntime>? logger = null, PriorityTable? priority = null)
        : base(
            SnapshotBuilder.Build(RegistrySnapshot.NextVersion(), [BuiltInOps.Load()], priority ?? PriorityTable.Default, []),
            new HostWorkerPool(Environment.ProcessorCount))
    {
        _logger = logger ?? NullLogger<IrRuntime>.Instance;
        _deviceOwner = new DeviceBufferOwner(this);

        // Code that moves to another thread brings its scope along; the thread must then ask for it again.
        _scope = new AsyncLocal<PriorityScope?>(
            static change => ScopeChanged((change.CurrentValue is null ? 0 : 1) - (change.PreviousValue is null ? 0 : 1)));
        Say(Registry);
    }

    /// <summary>The registry as it is now.</summary>
    public RegistrySnapshot Registry => (RegistrySnapshot)Current;

    /// <summary>How many threads work on one call at most, the caller among them; the number of processors unless set.</summary>
    /// <remarks>
    /// The other threads start with the first call that is large enough for them, wait without using a processor, and are shared by all
    /// kernels: calls that come while they are taken are done by their callers alone.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Threads
    {
        get => Workers!.Threads;
        set => Workers!.Threads = value;
    }

    /// <summary>Ends the threads that kernels share. Calls that come later are done by their callers alone.</summary>
    public void Dispose() => ((HostWorkerPool)Workers!).Dispose();

    /// <summary>Puts providers first for an op in the code that runs until the result is disposed, awaited code included.</summary>
    /// <param name="op">The op's name, or <see cref="PriorityTable.AnyOp"/>.</param>
    /// <param name="providers">The providers, first choice first.</param>
    /// <returns>Dispose it to restore what was there; scopes nest.</returns>
    /// <exception cref="PriorityException">The op or a provider is not known.</exception>
    public PriorityScope UsePriority(string op, params string[] providers)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(providers);
        return UsePriority(table => table.With(op, providers));
    }

    /// <summary>Changes the priority in the code that runs until the result is disposed, awaited code included.</summary>
    /// <param name="change">Makes the scope's table of the one in force.</param>
    /// <exception cref="PriorityException">The changed table names what is not there.</exception>
    public PriorityScope UsePriority(Func<PriorityTable, PriorityTable> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var scope = new PriorityScope(_scope, change, _scopedSnapshots);
        RegistrySnapshot now = Registry;
        PriorityTable table = scope.Apply(now.Priority);
        if (!_scopedSnapshots.Has(now, table))
            table.Validate(now);
        Keep(scope);

        _scope.Value = scope;
        return scope;
    }

    /// <summary>Says where a call goes and why not elsewhere, without running anything.</summary>
    /// <param name="op">The op's name.</param>
    /// <param name="device">The kind of device of the call's tensors.</param>
    /// <param name="traits">The call's traits: the OR of its tensors', see <see cref="PackedCall.TraitsOf"/>.</param>
    /// <param name="arguments">The inputs without data.</param>
    public Explanation Explain(string op, DeviceKind device, CallTraits traits, in SpecArguments arguments)
    {
        // Predicates are asked, which are the plugins' code.
        CallSlot slot = Enter(OpId.None, out Snapshot entered);
        try
        {
            var snapshot = (RegistrySnapshot)entered;
            return Explainer.Explain(snapshot, snapshot.Op(op), device, traits, arguments);
        }
        finally
        {
            slot.Leave();
        }
    }

    /// <inheritdoc/>
    public override Exception NoKernel(
        Snapshot snapshot, string op, int opId, DeviceKind device, CallTraits traits, in SpecArguments arguments)
    {
        var registry = (RegistrySnapshot)snapshot;
        if (!registry.Ops.TryGetValue(op, out RegisteredOp? known))
            return new NoKernelException(op, $"no loaded plugin declares this op.{NearestName.Hint(op, registry.Ops.Keys)}");
        if (known.Id != opId)
        {
            return new NoKernelException(
                op, $"the caller was built for another schema than the one registered, '{known.Schema}'; build it against the same declaration.");
        }

        if ((traits & CallTraits.Disposed) != 0)
            return new ObjectDisposedException(nameof(Tensor), $"{op}: an argument was disposed; keep it until the call has returned.");
        Explanation explanation = Explainer.Explain(registry, known, device, traits, arguments);
        return new NoKernelException(op, $"no kernel takes {explanation.Inputs} on {device}:{Environment.NewLine}{explanation}");
    }

    /// <inheritdoc/>
    public override void OnFallback(Snapshot snapshot, int opId, int kernel, CallTraits traits, in SpecArguments arguments)
    {
        var registry = (RegistrySnapshot)snapshot;
        RegisteredKernel chosen = registry.Kernels[kernel];

        // Every call that falls back comes here: looking takes no lock, adding does.
        if (!_fellBack.ContainsKey(opId) && _fellBack.TryAdd(opId, true))
        {
            string configured = string.Join(", ", registry.Priority.ChoiceOf(chosen.Op.Name).Explicit);
            Log.FellBack(_logger, chosen.Op.Name, chosen.Provider.Name, configured, Explainer.DescribeInputs(chosen.Op, arguments));
        }
    }

    /// <inheritdoc/>
    protected override Snapshot? ScopedSnapshot() => _scope.Value?.InForce?.Over(Registry);

    // Those that are gone are looked for when there are twice as many as the last time: a server opens a scope for every request.
    private void Keep(PriorityScope scope)
    {
        lock (_scopes)
        {
            if (_scopes.Count >= _scopesToPrune)
            {
                _scopes.RemoveAll(static s => !s.TryGetTarget(out _));
                _scopesToPrune = Math.Max(LeastScopesToPrune, 2 * _scopes.Count);
            }

            _scopes.Add(new WeakReference<PriorityScope>(scope));
        }
    }
}
