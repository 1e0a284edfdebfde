using System.Runtime.InteropServices;
using PluginIr.Dispatch;
using PluginIr.Runtime;

namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>A dispatcher that goes where a runtime goes, and counts the bytes of the outputs that are alive.</summary>
/// <remarks>For a run that is not timed. The registry must not change meanwhile.</remarks>
internal sealed class ActivationMeter : IrDispatcher
{
    private readonly IrRuntime _runtime;
    private readonly Owner _owner;

    public ActivationMeter(IrRuntime runtime) : base(runtime.Current)
    {
        _runtime = runtime;
        _owner = new Owner(this);
    }

    /// <summary>The most bytes that were alive at one time.</summary>
    public long PeakBytes { get; private set; }

    private long LiveBytes { get; set; }

    public override unsafe Tensor Allocate(TensorSpec spec, Device device)
    {
        LiveBytes += spec.ByteCount;
        PeakBytes = Math.Max(PeakBytes, LiveBytes);
        if (!device.IsCpu)
        {
            Tensor held = _runtime.Allocate(spec, device);
            return new Tensor(spec, new TensorBuffer(device, held.Address, (nuint)spec.ByteCount, new DeviceOwner(this, held)));
        }

        nuint bytes = (nuint)Math.Max(spec.ByteCount, 1);
        nint address = (nint)NativeMemory.AlignedAlloc(bytes, TensorBuffer.Alignment);
        return new Tensor(spec, new TensorBuffer(device, address, (nuint)spec.ByteCount, _owner));
    }

    public override void Copy(Tensor source, Tensor target) => _runtime.Copy(source, target);

    public override Exception NoKernel(
        Snapshot snapshot, string op, int opId, DeviceKind device, CallTraits traits, in SpecArguments arguments) =>
        _runtime.NoKernel(snapshot, op, opId, device, traits, arguments);

    public override void OnFallback(Snapshot snapshot, int opId, int kernel, CallTraits traits, in SpecArguments arguments)
    {
    }

    protected override Snapshot? ScopedSnapshot() => null;

    private sealed class Owner(ActivationMeter meter) : BufferOwner
    {
        public override unsafe void Free(Device device, nint address, nuint byteCount)
        {
            meter.LiveBytes -= (long)byteCount;
            NativeMemory.AlignedFree((void*)address);
        }
    }

    private sealed class DeviceOwner(ActivationMeter meter, Tensor held) : BufferOwner
    {
        public override void Free(Device device, nint address, nuint byteCount)
        {
            meter.LiveBytes -= (long)byteCount;
            held.Dispose();
        }
    }
}
