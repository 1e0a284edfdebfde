using System.Runtime.InteropServices;
using PluginIr.Dispatch;
using PluginIr.Runtime;

namespace PluginIr.Models.Tests.Support;

/// <summary>Calls native kernels, and counts the outputs that were allocated and not freed yet.</summary>
public sealed class CountingDispatcher() : IrDispatcher(new IrRuntime().Current)
{
    private readonly CountingOwner _owner = new();

    /// <summary>How many outputs there were.</summary>
    public int Allocated => _owner.Allocated;

    /// <summary>How many of them still have their memory.</summary>
    public int Alive => _owner.Allocated - _owner.Freed;

    public override Tensor Allocate(TensorSpec spec, Device device) => new(spec, _owner.Allocate(spec.ByteCount));

    public override void Copy(Tensor source, Tensor target) => target.CopyFrom(source);

    public override Exception NoKernel(
        Snapshot snapshot, string op, int opId, DeviceKind device, CallTraits traits, in SpecArguments arguments) =>
        new InvalidOperationException($"{op}: no kernel");

    public override void OnFallback(Snapshot snapshot, int opId, int kernel, CallTraits traits, in SpecArguments arguments)
    {
    }

    protected override Snapshot? ScopedSnapshot() => null;

    private sealed unsafe class CountingOwner : BufferOwner
    {
        private int _freed;

        public int Allocated { get; private set; }

        public int Freed => _freed;

        public TensorBuffer Allocate(long bytes)
        {
            Allocated++;
            return new TensorBuffer(Device.Cpu, (nint)NativeMemory.AlignedAlloc((nuint)bytes, TensorBuffer.Alignment), (nuint)bytes, this);
        }

        public override void Free(Device device, nint address, nuint byteCount)
        {
            NativeMemory.AlignedFree((void*)address);
            Interlocked.Increment(ref _freed);
        }
    }
}
