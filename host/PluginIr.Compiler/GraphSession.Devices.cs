using PluginIr.Compiler.Execution;
using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler;

// Runs on devices: launched kernel by kernel the first time, then captured, then replayed.
public sealed partial class GraphSession
{
    // A device keeps some memory for each; prompts come in many sizes, and few of them again.
    private const int MaxCaptured = 32;

    private long _replays;
    private LoweredGraph? _uncapturable;

    /// <summary>How often a run has been captured: once for each size that is run again, and again after a swap or when an input's address changes.</summary>
    public int Captures { get; private set; }

    /// <summary>How many runs were launches of what had been captured.</summary>
    public long Replays => _replays;

    /// <summary>Why runs are not captured, and each kernel is launched by itself; null when they are, or nothing has been run twice yet.</summary>
    public string? CaptureRefusal { get; private set; }

    // The snapshot is entered until this returns: no generation that it has is disposed before, and what is captured in it is launched in no other.
    private void RunOnDevice(RegistrySnapshot snapshot, LoweredGraph lowered, SizedRun run, bool haveMoved, CallSlot slot)
    {
        DeviceRuntime device = _runtime.RuntimeOf(snapshot, _device);

        // A first run lets kernels load what they need, which devices do not allow while they record.
        if (run.Captured is null && !haveMoved && run.HasRun && _compiled.Captures && !ReferenceEquals(_uncapturable, lowered))
            Capture(snapshot, lowered, run, slot);
        if (run.Captured is { } captured)
        {
            captured.Launch(device);
            run.LastReplay = ++_replays;
        }
        else
        {
            Execute(lowered, run, slot.Context, device, slot);
            run.HasRun = true;
        }
    }

    private void Capture(RegistrySnapshot snapshot, LoweredGraph lowered, SizedRun run, CallSlot slot)
    {
        IEnumerable<int> kernels = lowered.Steps.ToArray().Where(s => s.Entry != 0).Select(s => s.Kernel);
        CapturedGraph? captured = _runtime.TryCapture(snapshot, _device, kernels, Record, out string? refusal);
        CaptureRefusal = refusal;
        if (captured is null)
        {
            _uncapturable = lowered;
            return;
        }

        if (_runs.Values.Count(r => r.Captured is not null) >= MaxCaptured)
            _runs.Values.Where(r => r.Captured is not null).MinBy(r => r.LastReplay)!.Capture(null);
        run.Capture(captured);
        Captures++;

        void Record(KernelContext context, DeviceRuntime device)
        {
            Execute(lowered, run, context, device, slot);
        }
    }

    private void CopyOnDevice(DeviceRuntime device, Tensor source, Tensor target, nint stream)
    {
        if (source.Address != target.Address && source.ElementCount > 0)
            device.CopyOnDevice(_device.Ordinal, target.Address, source.Address, (nuint)source.Spec.ByteCount, stream);
    }
}
