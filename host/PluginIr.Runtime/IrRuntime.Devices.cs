using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

// Tensors on devices, copies, and the devices themselves.
public sealed partial class IrRuntime
{
    private readonly ComputeStreams _computeStreams = new();

    /// <summary>The devices other than the host, by kind; kinds that cannot be used here say why.</summary>
    public IReadOnlyList<DeviceRuntimeStatus> Devices
    {
        get
        {
            CallSlot slot = Enter(OpId.None, out Snapshot entered);
            try
            {
                return [.. ((RegistrySnapshot)entered).Generations.SelectMany(g => g.DeviceRuntimes.Select(r => StatusOf(g, r)))];
            }
            finally
            {
                slot.Leave();
            }
        }
    }

    /// <summary>A tensor with undefined contents. On a device it is ready for whatever is queued there from now on.</summary>
    /// <param name="spec">Its dtype and shape.</param>
    /// <param name="device">Where.</param>
    /// <exception cref="InvalidOperationException">No loaded plugin brings a runtime for the device, or it cannot be used here, or there is no such device.</exception>
    /// <exception cref="DeviceException">There is not enough memory on the device, or its driver refuses.</exception>
    public override Tensor Allocate(TensorSpec spec, Device device) => device.IsCpu ? Tensor.Empty(spec) : AllocateOnDevice(spec, device);

    /// <inheritdoc/>
    public override Tensor Allocate(TensorSpec spec, Device device, Snapshot entered) =>
        device.IsCpu ? Tensor.Empty(spec) : AllocateOnDevice(spec, device, (RegistrySnapshot)entered);

    /// <summary>The tensor's elements on a device, contiguous: a copy, or the tensor itself under another count when it is so already.</summary>
    /// <param name="tensor">The tensor, on any device.</param>
    /// <param name="device">Where to.</param>
    /// <remarks>A copy from the host is queued: the tensor may be changed or disposed when this returns.</remarks>
    /// <exception cref="InvalidOperationException">As for <see cref="Allocate"/>.</exception>
    /// <exception cref="DeviceException">There is not enough memory on the device, or its driver refuses.</exception>
    public Tensor ToDevice(Tensor tensor, Device device)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ObjectDisposedException.ThrowIf(tensor.IsDisposed, tensor);
        if (tensor.Device == device && tensor.IsContiguous)
            return tensor.Alias();
        Tensor copy = Allocate(tensor.Spec, device);
        try
        {
            Copy(tensor, copy);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>The tensor's elements in host memory, contiguous, once all that was queued before is done.</summary>
    /// <param name="tensor">The tensor, on any device.</param>
    /// <exception cref="InvalidOperationException">As for <see cref="Allocate"/>.</exception>
    /// <exception cref="DeviceException">The driver refuses, or work that was queued before failed.</exception>
    public Tensor ToHost(Tensor tensor) => ToDevice(tensor, Device.Cpu);

    /// <summary>
    /// Copies between two tensors of equal spec, on whatever devices, any strides. To a device and within one it is queued, and the source may be
    /// changed or disposed when this returns; to the host, and from one device to another, it waits for what was queued before.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="target">The target.</param>
    /// <exception cref="ArgumentException">The specs differ, or the two overlap on a device.</exception>
    /// <exception cref="InvalidOperationException">No runtime serves a device; or a tensor on a device lies in too many pieces.</exception>
    /// <exception cref="DeviceException">The driver refuses, or work that was queued before failed.</exception>
    public override void Copy(Tensor source, Tensor target)
    {
        if (target.Device.IsCpu && source.Device.IsCpu)
            target.CopyFrom(source);
        else
            new DeviceCopy(this, source, target).Run();
    }

    /// <summary>Waits until everything that is queued on a device is done.</summary>
    /// <param name="device">The device; nothing is queued on the host.</param>
    /// <exception cref="InvalidOperationException">As for <see cref="Allocate"/>.</exception>
    /// <exception cref="DeviceException">Some of it failed.</exception>
    public void Synchronize(Device device)
    {
        if (device.IsCpu)
            return;
        lock (_recordingLock)
            OnDevice(device, static (runtime, ordinal) => runtime.Synchronize(ordinal));
    }

    /// <summary>Lets a device's peak of memory start again from what is in use now; <see cref="Devices"/> shows it.</summary>
    /// <param name="device">The device.</param>
    /// <exception cref="InvalidOperationException">As for <see cref="Allocate"/>.</exception>
    public void ResetPeakMemory(Device device) => OnDevice(device, static (runtime, ordinal) => runtime.ResetPeak(ordinal));

    /// <summary>The runtime of a device as a snapshot has it, started. Use it only while the snapshot is entered, or before it is published.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="InvalidOperationException">No loaded plugin brings a runtime for the device, or it cannot be used here, or there is no such device.</exception>
    /// <exception cref="DeviceException">The device cannot be started.</exception>
    public DeviceRuntime RuntimeOf(RegistrySnapshot snapshot, Device device)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        LoadedDeviceRuntime loaded = snapshot.DeviceRuntimeOf(device.Kind) ?? throw new InvalidOperationException(
            $"No loaded plugin brings a device runtime for '{device.Kind}'; load the plugin that does, or use tensors on the host.");
        bool isFirst = !loaded.IsStarted(device.Ordinal);
        DeviceRuntime runtime = loaded.For(device, _computeStreams);

        // While it was started another generation may have been published, which has not seen it. Its kernels may come next.
        if (isFirst && !ReferenceEquals(Registry, snapshot) && Registry.DeviceRuntimeOf(device.Kind) is { Runtime: not null } current)
            current.For(device, _computeStreams);
        return runtime;
    }

    /// <summary>
    /// Waits for what a generation that is out of the registry may have left queued on devices, and destroys the captured graphs that call it. No call may
    /// be inside it any more.
    /// </summary>
    /// <param name="generation">The generation.</param>
    /// <exception cref="DeviceException">Some of the work failed.</exception>
    public void SynchronizeDevices(Generation generation)
    {
        ArgumentNullException.ThrowIfNull(generation);
        CallSlot slot = Enter(OpId.None, out Snapshot entered);
        try
        {
            // Whatever is queued there is waited for, which may take long: calls that would be recorded go on without.
            using IDisposable suspended = SuspendCaptures();
            // Its kernels may work on devices of another plugin's runtime.
            IEnumerable<LoadedDeviceRuntime?> others = generation.Providers.Select(p => p.Device).Distinct()
                .Where(k => generation.DeviceRuntimes.All(r => r.Kind != k)).Select(((RegistrySnapshot)entered).DeviceRuntimeOf);
            LoadedDeviceRuntime.Synchronize([.. generation.DeviceRuntimes, .. others.OfType<LoadedDeviceRuntime>()]);
        }
        finally
        {
            try
            {
                DestroyRecorded(generation, (RegistrySnapshot)entered);
            }
            finally
            {
                slot.Leave();
            }
        }
    }

    // The common case, which a model's every step has: one copy, nothing allocated. The specs are equal, and one device at least is not the host.
    internal void CopyContiguous(Tensor source, Tensor target)
    {
        Device device = target.Device.IsCpu ? source.Device : target.Device;
        nuint bytes = (nuint)source.Spec.ByteCount;
        CallSlot slot = Enter(OpId.None, out Snapshot entered);
        try
        {
            DeviceRuntime runtime = RuntimeOf((RegistrySnapshot)entered, device);
            if (target.Device.IsCpu)
                runtime.CopyToHost(device.Ordinal, target.Address, source.Address, bytes);
            else if (source.Device.IsCpu)
                runtime.CopyToDevice(device.Ordinal, target.Address, source.Address, bytes);
            else
                runtime.CopyOnDevice(device.Ordinal, target.Address, source.Address, bytes);
        }
        finally
        {
            slot.Leave();
        }
    }

    // What device work is done in: the runtime that serves now, kept from being disposed until it returns.
    internal void OnDevice(Device device, Action<DeviceRuntime, int> work)
    {
        CallSlot slot = Enter(OpId.None, out Snapshot entered);
        try
        {
            work(RuntimeOf((RegistrySnapshot)entered, device), device.Ordinal);
        }
        finally
        {
            slot.Leave();
        }
    }

    // A new generation's runtime starts what earlier ones had started, before it serves: its kernels may be called with tensors that are there already.
    private void StartDevices(RegistrySnapshot next)
    {
        foreach (Generation generation in next.Generations)
        {
            foreach (LoadedDeviceRuntime runtime in generation.DeviceRuntimes)
            {
                IEnumerable<Device> started = _computeStreams.Started(runtime.Kind);
                if (runtime.Runtime is null)
                    RefuseToLose(generation, runtime, started);
                else
                    started.ToList().ForEach(device => StartDevice(generation, runtime, device));
            }
        }
    }

    // Whoever has tensors there could do nothing with them any more. A plugin that is taken away is another matter: that was asked for.
    private void RefuseToLose(Generation generation, LoadedDeviceRuntime runtime, IEnumerable<Device> started)
    {
        if (started.Any() && Registry.DeviceRuntimeOf(runtime.Kind) is { Runtime: not null })
        {
            throw new RegistrationException(
                $"{generation} was refused: it says that '{runtime.Kind}' cannot be used here ({runtime.Support.Reason}), and {string.Join(", ", started)} " +
                "is in use. Remove the plugin first if it is to go all the same.");
        }
    }

    private void StartDevice(Generation generation, LoadedDeviceRuntime runtime, Device device)
    {
        try
        {
            runtime.For(device, _computeStreams);
        }
        catch (Exception failure) when (failure is DeviceException or InvalidOperationException)
        {
            throw new RegistrationException(
                $"{generation} was refused: its runtime cannot start {device.Kind}:{device.Ordinal}, which is in use: {failure.Message}", failure);
        }
    }

    private static DeviceRuntimeStatus StatusOf(Generation generation, LoadedDeviceRuntime loaded)
    {
        string? problem = null;
        IReadOnlyList<DeviceDescription> devices = Ask(loaded, "Devices", runtime => runtime.Devices, ref problem) ?? [];
        DeviceStatus[] statuses =
        [
            .. devices.Select((d, i) => new DeviceStatus(new Device(loaded.Kind, (ushort)i).ToString(), d.Name, d.Architecture, d.MemoryBytes, MemoryOf(loaded, i))),
        ];
        string? note = Ask(loaded, "Note", runtime => runtime.Note, ref problem);
        return new DeviceRuntimeStatus(generation.Plugin, loaded.Kind.Name, loaded.Support.Reason, statuses, problem ?? note);
    }

    // A device that has failed is still to be listed.
    private static DeviceMemory? MemoryOf(LoadedDeviceRuntime loaded, int ordinal)
    {
        string? problem = null;
        return loaded.IsStarted(ordinal) ? Ask(loaded, "MemoryOf", runtime => (DeviceMemory?)runtime.MemoryOf(ordinal), ref problem) : null;
    }

    // A plugin's code: what it throws is shown, and ends neither a status nor a swap of other plugins.
    private static T? Ask<T>(LoadedDeviceRuntime loaded, string member, Func<DeviceRuntime, T?> question, ref string? problem)
    {
        try
        {
            return loaded.Runtime is { } runtime ? question(runtime) : default;
        }
        catch (Exception failure)
        {
            problem ??= $"{member} of its runtime threw {failure.GetType().Name}: {failure.Message}";
            return default;
        }
    }
}
