namespace PluginIr.Devices;

/// <summary>Memory, copies, streams and events of one kind of device. A plugin brings it, and at most one plugin for each kind.</summary>
/// <remarks>
/// <para>Devices are named by their ordinal, from 0; addresses, streams, events and graphs by the driver's own handles. All of these are plain data
/// that outlive a generation: what one generation's runtime handed out, the next one's works with. So a runtime keeps no table of them, and its
/// <see cref="Dispose"/> frees none of them, nor what they live in (a driver's context, a memory pool).</para>
/// <para>Each device has one compute stream. Work of all calling threads is queued on it and done in that order: kernels whose
/// <see cref="KernelContext.Stream"/> is 0, allocations, frees, copies. It stays when a generation goes, so that the order holds across a swap.</para>
/// <para>Any thread may call anything at any time between <see cref="Start"/> and <see cref="Dispose"/>; the host sees to it that nobody is inside when
/// it disposes. Errors are <see cref="DeviceException"/>s, never of a type of the plugin's own.</para>
/// </remarks>
public abstract partial class DeviceRuntime : IDisposable
{
    /// <summary>What every address that <see cref="Allocate"/> returns is a multiple of.</summary>
    public const int Alignment = 256;

    /// <summary>The devices; at least one. Reading them starts nothing.</summary>
    public abstract IReadOnlyList<DeviceDescription> Devices { get; }

    /// <summary>What else operators are to know, such as which of several libraries is used; null for nothing. May change while devices are used.</summary>
    public virtual string? Note => null;

    /// <summary>Makes a device ready. The host calls it once for each device and runtime, before anything else that names the device.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="computeStream">The device's compute stream, when a runtime before this one made it in this process; 0 to make one.</param>
    /// <returns>The compute stream; never 0.</returns>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract nint Start(int device, nint computeStream);

    /// <summary>Memory on a device, contents undefined. Ready for whatever is queued on the compute stream from now on.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="bytes">How many bytes, from 1.</param>
    /// <returns>The address, a multiple of <see cref="Alignment"/>.</returns>
    /// <exception cref="DeviceException">There is not enough memory, or the driver refuses.</exception>
    public abstract nint Allocate(int device, nuint bytes);

    /// <summary>
    /// Gives memory back once the work that is queued on the compute stream now is done; nothing waits. May come from any thread, the finalizer's too,
    /// and for memory that another generation's runtime handed out.
    /// </summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="address">What <see cref="Allocate"/> returned.</param>
    /// <param name="bytes">What it was asked for.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void Free(int device, nint address, nuint bytes);

    /// <summary>
    /// Copies host memory to a device. Queued: what is queued on the stream afterwards finds it there. The host memory may be changed or freed as soon
    /// as this returns.
    /// </summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="target">The first byte on the device.</param>
    /// <param name="source">The first byte in host memory, pinned or not.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="stream">The stream; 0 for the compute stream.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void CopyToDevice(int device, nint target, nint source, nuint bytes, nint stream = 0);

    /// <summary>
    /// Copies from a device to host memory, after all that is queued on the stream. Returns when the bytes are there, so an error of work that was
    /// queued before comes out here.
    /// </summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="target">The first byte in host memory.</param>
    /// <param name="source">The first byte on the device.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="stream">The stream; 0 for the compute stream.</param>
    /// <exception cref="DeviceException">The driver refuses, or work that was queued before failed.</exception>
    public abstract void CopyToHost(int device, nint target, nint source, nuint bytes, nint stream = 0);

    /// <summary>Copies within one device. Queued; returns at once. The two do not overlap.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="target">The first byte of the target.</param>
    /// <param name="source">The first byte of the source.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="stream">The stream; 0 for the compute stream.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void CopyOnDevice(int device, nint target, nint source, nuint bytes, nint stream = 0);

    /// <summary>Sets every byte to one value. Queued; returns at once.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <param name="target">The first byte on the device.</param>
    /// <param name="value">The value.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="stream">The stream; 0 for the compute stream.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void Fill(int device, nint target, byte value, nuint bytes, nint stream = 0);

    /// <summary>Waits until everything that is queued on any stream of the device is done.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <exception cref="DeviceException">Something of it failed.</exception>
    public abstract void Synchronize(int device);

    /// <summary>How much memory is in use. Counted on the device, so that it goes on across generations.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract DeviceMemory MemoryOf(int device);

    /// <summary>Lets the peak start again from what is in use now.</summary>
    /// <param name="device">The device's ordinal.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public abstract void ResetPeak(int device);

    /// <summary>
    /// Frees what is the runtime's own, such as staging memory. Everything that it handed out stays. Called once, when nobody is inside and all
    /// devices that were started have been synchronised.
    /// </summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
