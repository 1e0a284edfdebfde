using System.Collections.Concurrent;
using PluginIr.Conformance;
using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

// Kernels that throw while they serve. The caller gets the exception; a kernel that does it often is offered no more calls.
public sealed partial class IrRuntime
{
    private const string OpKey = "PluginIr.Op", ProviderKey = "PluginIr.Provider", GenerationKey = "PluginIr.Generation", PlaceKey = "PluginIr.Place";

    private readonly ConcurrentDictionary<KernelName, int> _faults = new();
    private readonly ConcurrentDictionary<KernelName, bool> _toSetAside = new(); // Those that a thread of the pool waits with for the writer's lock.
    private int _maxFaults = 3;

    /// <summary>How many exceptions of one kernel set it aside for the next in priority, until its plugin's next generation; 3 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxFaults
    {
        get => Volatile.Read(ref _maxFaults);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref _maxFaults, value);
        }
    }

    /// <summary>How often each kernel of the loaded generations has thrown.</summary>
    public IReadOnlyDictionary<KernelName, int> Faults => _faults;

    /// <summary>Told of each kernel that is set aside, and why, after it is. Must not throw.</summary>
    public event Action<SetAsideKernel, string>? KernelSetAside;

    /// <summary>Told of each kernel that was set aside for what another plugin declares and is offered calls again, and why. Must not throw.</summary>
    public event Action<SetAsideKernel, string>? KernelRestored;

    /// <inheritdoc/>
    public override bool OnFault(CallSlot slot, Snapshot snapshot, Exception failure)
    {
        ArgumentNullException.ThrowIfNull(slot);
        if (slot.Kernel < 0 || IsCallers(failure))
            return false;
        RegisteredKernel kernel = ((RegistrySnapshot)snapshot).Kernels[slot.Kernel];

        // An exception of a call that the kernel made itself is that call's kernel's, and has been counted.
        if (failure.Data[OpKey] is string op && (op != kernel.Op.Name || !kernel.Provider.Name.Equals(failure.Data[ProviderKey])))
            return false;
        failure.Data[OpKey] = kernel.Op.Name;
        failure.Data[ProviderKey] = kernel.Provider.Name;
        failure.Data[GenerationKey] = kernel.Generation.ToString();
        // Found now: once the plugin's files are gone, lines are not known any more. What can be unloaded is no caller's.
        if (ThrownText.TopFrame(failure, assembly => assembly.IsCollectible) is { } place)
            failure.Data[PlaceKey] = place;
        if (kernel.Provider.Name == RegisteredProvider.Native)
            return false;

        // Its device has too little memory left now, and may have more for the next call.
        if (failure is DeviceException { IsOutOfMemory: true })
            return false;

        if (!Registry.Generations.Contains(kernel.Generation))
            return false; // It has been replaced meanwhile: nobody counts it any more.
        KernelName name = KernelName.Of(kernel);
        int count = _faults.AddOrUpdate(name, 1, (_, before) => before + 1);
        Log.Faulted(_logger, kernel.Op.Name, kernel.Provider.Name, kernel.Generation.ToString(), count, failure.GetType().Name, failure.Message);
        if (count >= MaxFaults)
            SetAside(name, count);
        return false;
    }

    // On the thread of a call that has failed, which waits neither for a change of the registry that is under way nor for graphs to be lowered. The kernel
    // may fail as often as it is called until then: one thread of the pool waits, however often that is.
    private void SetAside(KernelName kernel, int count)
    {
        if (_writer.TryEnter())
            SetAsideAndExit(kernel, count);
        else if (_toSetAside.TryAdd(kernel, true))
            ThreadPool.QueueUserWorkItem(_ => SetAsideLate(kernel, count));
    }

    private void SetAsideLate(KernelName kernel, int count)
    {
        _writer.Enter();
        try
        {
            SetAsideAndExit(kernel, count);
        }
        finally
        {
            _toSetAside.TryRemove(kernel, out _);
        }
    }

    private void SetAsideAndExit(KernelName kernel, int count)
    {
        SetAsideKernel setAside = SetAsideKernel.Of(kernel, SetAsideReason.Threw);
        RegistrySnapshot next;
        try
        {
            RegistrySnapshot now = Registry;
            if (now.SetAside.Any(s => s.Is(kernel)) || !now.Generations.Any(g => g.Plugin == kernel.Plugin && g.Number == kernel.Generation))
                return;
            next = SnapshotBuilder.Build(RegistrySnapshot.NextVersion(), now.Generations, now.Priority, [.. now.SetAside, setAside], now.Basis);
            Publish(next);
            Settle(next);
        }
        finally
        {
            _writer.Exit();
        }

        ThreadPool.QueueUserWorkItem(_ => FollowLate(next));
        Log.SetAside(_logger, kernel.Op, kernel.Provider, kernel.Plugin, kernel.Generation, count);
        KernelSetAside?.Invoke(setAside, $"it threw {count} times; the next in priority serves until the plugin's next build");
    }

    // Until then followers use what they prepared for the snapshot before, which has the same basis.
    private void FollowLate(RegistrySnapshot published)
    {
        lock (_writer)
        {
            // They have been told of another one since, or will be of one that another kernel is missing from too.
            if (!ReferenceEquals(Registry, published))
                return;
            TellFollowers(f => f.OnPublishing(published));
            TellFollowers(f => f.OnPublished());
        }
    }

    // An op that refuses its arguments is not a kernel that fails, nor is a tensor that its owner disposed while it was used.
    private static bool IsCallers(Exception failure) =>
        failure is OpArgumentException or NoKernelException or ObjectDisposedException { ObjectName: nameof(Tensor) or "PluginIr.Tensor" };
}
