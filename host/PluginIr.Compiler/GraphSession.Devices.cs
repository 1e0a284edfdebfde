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

    // Whoever waits for the whole device, in this process and out of the host's sight, ends what is being captured: that is no reason to give up.
    private const int MaxFailedCaptures = 3;

    private long _replays;
    private int _failedCaptures;

    /// <summary>How often a run has been captured: once for each size that is run again, and again after a swap or when an input's address changes.</summary>
    public int Captures { get; private set; }

    /// <summary>How many runs were launches of what had been captured.</summary>
    public long Replays => _replays;

    /// <summary>
    /// Why the last run that was to be captured could not be, and launched each kernel by itself; null when it was or may be next time, and when there
    /// was none yet. After three in a row no more are tried until the registry changes.
    /// </summary>
    public string? CaptureRefusal { get; private set; }

    // The snapshot is entered until this returns: no generation that it has is disposed before, and what is captured in it is launched in no other.
    private void RunOnDevice(RegistrySnapshot snapshot, LoweredGraph lowered, SizedRun run, bool haveMoved, CallSlot slot)
    {
        DeviceRuntime device = _runtime.RuntimeOf(snapshot, _device);

        // A first run lets kernels load what they need, which devices do not allow while they record.
        if (run.Captured is null && !haveMoved && run.HasRun && _compiled.Captures && _failedCaptures < MaxFailedCaptures)
            Capture(snapshot, lowered, run, slot);
        if (run.Captured is { } captured)
        {
            slot.Kernel = -1; // Recording left the last of them; a launch that fails is no kernel's fault.
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
            _failedCaptures += refusal is null ? 0 : 1;
            return;
        }

        _failedCaptures = 0;
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
