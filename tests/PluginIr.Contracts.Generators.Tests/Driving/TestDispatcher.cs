using PluginIr.Dispatch;
using PluginIr.Registration;

namespace PluginIr.Contracts.Generators.Tests.Driving;

/// <summary>A dispatcher over the given kernels of one op on the host, in the order given; counts what calls ask of it.</summary>
internal sealed class TestDispatcher : IrDispatcher
{
    public TestDispatcher(params KernelDescriptor[] kernels)
        : base(new OneOpSnapshot([.. kernels.Select((k, i) => Row(k, i, isFallback: false))], kernels[0].Schema))
    {
    }

    private TestDispatcher(OneOpSnapshot snapshot)
        : base(snapshot)
    {
    }

    public int Allocated { get; private set; }

    /// <summary>The snapshots that outputs were allocated from, one by one.</summary>
    public List<Snapshot> Entered { get; } = [];

    /// <summary>What allocating fails with; null for nothing.</summary>
    public Exception? AllocationFailure { get; set; }

    /// <summary>The kernels that <see cref="OnFault"/> was told of, fault by fault; less than 0 for none.</summary>
    public List<int> Faults { get; } = [];

    public int Copied { get; private set; }

    /// <summary>The scale attribute that <see cref="OnFallback"/> was told of, call by call.</summary>
    public List<float> Fallbacks { get; } = [];

    /// <summary>A dispatcher that reaches the kernel only because all others declined.</summary>
    public static TestDispatcher Fallback(KernelDescriptor kernel) => new(new OneOpSnapshot([Row(kernel, 0, isFallback: true)], kernel.Schema));

    /// <summary>True when no call is inside what was published until now.</summary>
    public bool IsIdle => HasDrained(long.MaxValue);

    public override Tensor Allocate(TensorSpec spec, Device device)
    {
        if (AllocationFailure is not null)
            throw AllocationFailure;
        Allocated++;
        return Tensor.Empty(spec);
    }

    public override Tensor Allocate(TensorSpec spec, Device device, Snapshot entered)
    {
        Entered.Add(entered);
        return base.Allocate(spec, device, entered);
    }

    public override void Copy(Tensor source, Tensor target)
    {
        Copied++;
        source.AsBytes().CopyTo(target.AsBytes());
    }

    public override Exception NoKernel(
        Snapshot snapshot, string op, int opId, DeviceKind device, CallTraits traits, in SpecArguments arguments) =>
        new NoKernelException(op, $"{device} {traits & ~CallTraits.DTypeMask} {string.Join(" ", arguments.Inputs.ToArray().Select(i => i?.ToString() ?? "None"))}");

    public override void OnFallback(Snapshot snapshot, int opId, int kernel, CallTraits traits, in SpecArguments arguments) =>
        Fallbacks.Add(arguments.Attributes[0].Float);

    public override bool OnFault(CallSlot slot, Snapshot snapshot, Exception failure)
    {
        Faults.Add(slot.Kernel);
        return false;
    }

    protected override Snapshot? ScopedSnapshot() => null;

    private static KernelRow Row(KernelDescriptor kernel, int index, bool isFallback) => new()
    {
        Entry = kernel.Entry,
        SupportsArgs = kernel.SupportsArgs,
        PackedEntry = kernel.PackedEntry,
        PackedSupportsArgs = kernel.PackedSupportsArgs,
        Accepts = kernel.AcceptedTraits(),
        Kernel = index,
        Inplace = kernel.Inplace,
        IsFallback = isFallback,
    };

    private sealed class OneOpSnapshot(KernelRow[] rows, string schema) : Snapshot(NextVersion(), rows, Ranges(rows.Length, OpId.Intern(schema)))
    {
        private static RowRange[] Ranges(int rows, int op)
        {
            var ranges = new RowRange[(op + 1) * DeviceKind.MaxKinds];
            ranges[(op * DeviceKind.MaxKinds) + DeviceKind.Cpu.Index] = new RowRange(0, rows);
            return ranges;
        }
    }
}
