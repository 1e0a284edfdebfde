using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

// Work that devices recorded. The driver keeps pointers to kernels' code in it, so it must be gone before the code is.
public sealed partial class IrRuntime
{
    // Held while one is destroyed as well: whoever disposes a generation next must not find it half done by another thread.
    private readonly Lock _recordedLock = new();
    private readonly HashSet<RecordedWork> _recorded = [];

    // A device cannot be waited for as a whole while any of its streams is recorded: the driver refuses, and the recording has failed as well.
    private readonly Lock _recordingLock = new();
    private int _suspensions;

    /// <summary>Records what kernels queue on a device instead of doing it, on a stream of its own, so that nobody else's work is recorded.</summary>
    /// <param name="snapshot">The snapshot that the calling thread is inside of, and the only one in which the result may be launched.</param>
    /// <param name="device">The device.</param>
    /// <param name="kernels">The kernels that will be called, as indices in the snapshot.</param>
    /// <param name="record">
    /// Calls them with the given context, whose stream is the recorded one, and queues copies on that stream. Nothing of it is done now.
    /// </param>
    /// <param name="refusal">Why it could not be recorded, logged once for each reason; null when it was, or when it may be next time.</param>
    /// <returns>What was recorded; null when it was not. Queue it each time then.</returns>
    /// <exception cref="InvalidOperationException">As for <see cref="Allocate"/>.</exception>
    public CapturedGraph? TryCapture(
        RegistrySnapshot snapshot, Device device, IEnumerable<int> kernels, Action<KernelContext, DeviceRuntime> record, out string? refusal)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(record);
        DeviceRuntime runtime = RuntimeOf(snapshot, device);
        refusal = null;
        if (!runtime.CanCapture)
        {
            refusal = $"the device runtime of '{device.Kind}' cannot record what is queued";
            return null;
        }

        try
        {
            (string, int)[] generations = [.. kernels.Select(k => snapshot.Kernels[k].Generation).Distinct().Select(g => (g.Plugin, g.Number))];
            nint graph;
            lock (_recordingLock)
            {
                if (_suspensions > 0)
                    return null;
                graph = Record(runtime, device, record);
            }

            var work = new RecordedWork(device, graph, generations);
            lock (_recordedLock)
                _recorded.Add(work);
            return new CapturedGraph(this, work);
        }
        catch (Exception failure)
        {
            // Whatever a kernel has against being recorded: launched plainly it does its work, or fails before the caller's eyes. Its text alone is kept,
            // as the exception may be of the plugin's own type.
            refusal = failure.Message;
            if (_said.TryAdd($"{device} {refusal}", true))
                Log.NotCaptured(_logger, device.ToString(), refusal);
            return null;
        }
    }

    /// <summary>
    /// Keeps everything from being recorded for as long as something may wait for a device as a whole: nobody can do both at once. A recording that is
    /// under way ends first; whoever wants to record meanwhile is not kept waiting, and queues its work plainly.
    /// </summary>
    /// <returns>Dispose it, from any thread, to let others record again. Suspensions may overlap.</returns>
    /// <remarks>
    /// For whoever calls a vendor's library from the host's process: cuCtxSynchronize and cublasDestroy of CUDA are such calls. A plugin's own need not,
    /// as the host does while it disposes one.
    /// </remarks>
    public IDisposable SuspendCaptures()
    {
        lock (_recordingLock)
            _suspensions++;
        return new CaptureSuspension(this);
    }

    /// <summary>Destroys recorded work through the runtime that serves its device now. From any thread, the finalizer's too: nothing is thrown.</summary>
    internal void Destroy(RecordedWork work)
    {
        lock (_recordedLock)
        {
            if (work.Handle == 0)
                return;
            CallSlot slot = Enter(OpId.None, out Snapshot entered);
            try
            {
                if (((RegistrySnapshot)entered).DeviceRuntimeOf(work.Device.Kind) is { Runtime: not null } loaded)
                    Destroy(work, loaded);
            }
            finally
            {
                slot.Leave();
            }
        }
    }

    private nint Record(DeviceRuntime runtime, Device device, Action<KernelContext, DeviceRuntime> record)
    {
        nint stream = runtime.CreateStream(device.Ordinal), graph = 0;
        try
        {
            runtime.BeginCapture(device.Ordinal, stream);
            try
            {
                record(new KernelContext { Workers = Workers, Stream = stream }, runtime);
            }
            catch
            {
                Abandon(runtime, device, stream);
                throw;
            }

            graph = runtime.EndCapture(device.Ordinal, stream);
        }
        finally
        {
            try
            {
                runtime.DestroyStream(device.Ordinal, stream);
            }
            catch when (graph != 0)
            {
                runtime.DestroyGraph(device.Ordinal, graph);
                throw;
            }
        }

        return graph;
    }

    // The first failure is the one to tell of; that the driver refuses to end a recording that has failed follows from it.
    private static void Abandon(DeviceRuntime runtime, Device device, nint stream)
    {
        try
        {
            runtime.DestroyGraph(device.Ordinal, runtime.EndCapture(device.Ordinal, stream));
        }
        catch (Exception)
        {
        }
    }

    // Nobody is inside the generation any more, so nobody can launch what calls it. Where the generation brings its device's only runtime, what other
    // plugins' kernels recorded there goes as well, as nobody else could destroy it later.
    private void DestroyRecorded(Generation generation, RegistrySnapshot now)
    {
        lock (_recordedLock)
        {
            foreach (RecordedWork work in _recorded.ToArray())
            {
                LoadedDeviceRuntime? serving = now.DeviceRuntimeOf(work.Device.Kind) is { Runtime: not null } found ? found : null;
                LoadedDeviceRuntime? own = generation.DeviceRuntimes.FirstOrDefault(r => r.Kind == work.Device.Kind && r.Runtime is not null);
                if ((serving ?? own) is { } through && (work.Calls(generation) || serving is null))
                    Destroy(work, through);
            }
        }
    }

    private void Destroy(RecordedWork work, LoadedDeviceRuntime through)
    {
        nint handle = work.Handle;
        work.Handle = 0;
        _recorded.Remove(work);
        try
        {
            through.For(work.Device, _computeStreams).DestroyGraph(work.Device.Ordinal, handle);
        }
        catch (Exception failure)
        {
            // Whatever a vendor's runtime throws: callers are the finalizer, and a swap that has generations to dispose.
            Log.DestroyFailed(_logger, work.Device.ToString(), failure.Message);
        }
    }

    private sealed class CaptureSuspension(IrRuntime runtime) : IDisposable
    {
        private IrRuntime? _runtime = runtime;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _runtime, null) is not { } suspended)
                return;
            lock (suspended._recordingLock)
                suspended._suspensions--;
        }
    }
}
