using System.Collections.Concurrent;
using System.Diagnostics;
using PluginIr.Dispatch;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

// Kernels that throw while they serve. The caller gets the exception; a kernel that does it often is offered no more calls.
public sealed partial class IrRuntime
{
    private readonly ConcurrentDictionary<SetAsideKernel, int> _faults = new();
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
    public IReadOnlyDictionary<SetAsideKernel, int> Faults => _faults;

    /// <inheritdoc/>
    public override bool OnFault(Snapshot snapshot, int opId, Exception failure)
    {
        // An op that refuses its arguments is not a kernel that fails. Native is what there is to fall back on, so it stays.
        if (failure is OpArgumentException or NoKernelException or ObjectDisposedException)
            return false;
        var registry = (RegistrySnapshot)snapshot;
        if (FaultyKernel(registry, opId, failure) is not { } kernel)
            return false;

        failure.Data["PluginIr.Op"] = kernel.Op.Name;
        failure.Data["PluginIr.Provider"] = kernel.Provider.Name;
        failure.Data["PluginIr.Generation"] = kernel.Generation.ToString();
        if (kernel.Provider.Name == RegisteredProvider.Native)
            return false;

        SetAsideKernel name = SetAsideKernel.Of(kernel);
        int count = _faults.AddOrUpdate(name, 1, (_, before) => before + 1);
        Log.Faulted(_logger, kernel.Op.Name, kernel.Provider.Name, kernel.Generation.ToString(), count, failure.GetType().Name, failure.Message);
        if (count >= MaxFaults)
            SetAside(name, count);
        return false;
    }

    private void SetAside(SetAsideKernel kernel, int count)
    {
        lock (_writer)
        {
            RegistrySnapshot now = Registry;
            if (now.SetAside.Contains(kernel) || !now.Generations.Any(g => g.Plugin == kernel.Plugin && g.Number == kernel.Generation))
                return;
            PublishBuilt(now.Generations, now.Priority, [.. now.SetAside, kernel]);
        }

        Log.SetAside(_logger, kernel.Op, kernel.Provider, kernel.Plugin, kernel.Generation, count);
    }

    // A call notes nothing that it would not need: which kernel it was inside is on the stack.
    private static RegisteredKernel? FaultyKernel(RegistrySnapshot registry, int opId, Exception failure)
    {
        var frames = new HashSet<string>();
        foreach (StackFrame frame in new StackTrace(failure, fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod() is { DeclaringType: { } type } method)
                frames.Add($"{type.FullName}.{method.Name}");
        }

        return registry.Kernels.FirstOrDefault(k => k.Op.Id == opId && frames.Contains(k.Descriptor.Method));
    }
}
