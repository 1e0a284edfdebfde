using System.Runtime.CompilerServices;
using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Driver;
using PluginIr.Cuda.Launching;
using PluginIr.Devices;

namespace PluginIr.Cuda.Devices;

/// <summary>Device memory, copies, streams, events and graphs over the CUDA driver.</summary>
/// <remarks>
/// Tensors live in each device's primary context and default memory pool, which the process shares with cuBLAS and other plugins. The retain of the
/// context is never given back: the last one would take the context and all memory in it along. What a removed plugin leaves on a device is the
/// context, and the memory that the host still holds.
/// </remarks>
[DeviceRuntime("cuda", Supported = nameof(Probe))]
internal sealed partial class CudaDeviceRuntime : DeviceRuntime
{
    private readonly CudaPlatform _platform;
    private readonly CudaDriver _driver;
    private readonly CudaDevice?[] _started;
    private volatile string? _note;

    /// <summary>The runtime of this machine's devices: what a registration begins with. Kernels that are to be compiled are begun with here, before anyone waits for them.</summary>
    public CudaDeviceRuntime()
        : this(CudaPlatform.Current)
    {
        Current = this;
        KernelLauncher.Current.CompileAhead(PtxTarget.For(_platform.Devices[0].ComputeCapability));
    }

    /// <summary>The runtime of a platform's devices.</summary>
    internal CudaDeviceRuntime(CudaPlatform platform)
    {
        _platform = platform;
        _driver = platform.Driver ?? throw new InvalidOperationException($"CUDA cannot be used here: {platform.Support.Reason}");
        _started = new CudaDevice?[platform.Devices.Count];
        Devices = [.. platform.Devices.Select(d => d.Description)];
    }

    /// <summary>
    /// This generation's runtime, for its kernels; null before the plugin registers and where CUDA is not supported. Tests put another in its place.
    /// </summary>
    public static CudaDeviceRuntime? Current { get; internal set; }

    /// <summary>The driver, for kernels to load and launch with.</summary>
    public CudaDriver Driver => _driver;

    /// <inheritdoc/>
    public override IReadOnlyList<DeviceDescription> Devices { get; }

    /// <inheritdoc/>
    public override string? Note => _note;

    /// <summary>Has operators see something that kernels have found out.</summary>
    public void Report(string note) => _note = note;

    /// <summary>Whether there is a driver and a device here.</summary>
    internal static Support Probe() => CudaPlatform.Current.Support;

    /// <summary>A device that was started, which those of all tensors are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CudaDevice Device(int device) => _started[device] ?? throw NotStarted(device);

    /// <inheritdoc/>
    public override nint Start(int device, nint computeStream)
    {
        var started = new CudaDevice(_driver, _platform.Devices[device], computeStream);
        Volatile.Write(ref _started[device], started);
        return started.ComputeStream;
    }

    /// <inheritdoc/>
    public override nint Allocate(int device, nuint bytes)
    {
        CudaDevice on = Entered(device);
        int result = _driver.TryAllocate(bytes, on.ComputeStream, out nint address);
        if (result == CudaError.Success)
            return address;

        // What the pool keeps may be in pieces of other sizes; given back, they make larger ones. Memory is the pool's again only when the stream has
        // come to its free. That other streams may be captured meanwhile does not matter: this one never is.
        if (result == CudaError.OutOfMemory)
        {
            _driver.SynchronizeStream(on.ComputeStream);
            _driver.TrimPool(on.Pool, 0);
        }

        return _driver.Allocate(bytes, on.ComputeStream);
    }

    /// <inheritdoc/>
    public override void Free(int device, nint address, nuint bytes) => _driver.Free(address, Entered(device).ComputeStream);

    /// <inheritdoc/>
    public override void CopyToDevice(int device, nint target, nint source, nuint bytes, nint stream = 0) =>
        Entered(device).CopyToDevice(target, source, bytes, stream);

    /// <inheritdoc/>
    public override void CopyToHost(int device, nint target, nint source, nuint bytes, nint stream = 0)
    {
        nint on = Entered(device).Stream(stream);
        _driver.CopyToHost(target, source, bytes, on);
        _driver.SynchronizeStream(on);
    }

    /// <inheritdoc/>
    public override void CopyOnDevice(int device, nint target, nint source, nuint bytes, nint stream = 0) =>
        _driver.CopyOnDevice(target, source, bytes, Entered(device).Stream(stream));

    /// <inheritdoc/>
    public override void Fill(int device, nint target, byte value, nuint bytes, nint stream = 0) =>
        _driver.Fill(target, value, bytes, Entered(device).Stream(stream));

    /// <inheritdoc/>
    public override void Synchronize(int device)
    {
        Entered(device);
        _driver.SynchronizeContext();
    }

    /// <inheritdoc/>
    public override DeviceMemory MemoryOf(int device)
    {
        nint pool = Entered(device).Pool;
        return new DeviceMemory(Bytes(CudaPoolAttribute.UsedCurrent), Bytes(CudaPoolAttribute.UsedHigh), Bytes(CudaPoolAttribute.ReservedCurrent));

        long Bytes(CudaPoolAttribute attribute) => (long)_driver.PoolAttribute(pool, attribute);
    }

    /// <inheritdoc/>
    public override void ResetPeak(int device) => _driver.SetPoolAttribute(Entered(device).Pool, CudaPoolAttribute.UsedHigh, 0);

    /// <inheritdoc/>
    public override void Dispose()
    {
        var teardown = new Teardown();
        foreach (CudaDevice device in _started.OfType<CudaDevice>())
            teardown.Do(device.Dispose);
        if (ReferenceEquals(Current, this))
            Current = null;
        base.Dispose();
        teardown.ThrowFirst();
    }

    // Every call comes from any thread.
    private CudaDevice Entered(int device)
    {
        CudaDevice on = Device(device);
        on.MakeCurrent();
        return on;
    }

    private static InvalidOperationException NotStarted(int device) => new($"CUDA device {device} was not started; the host starts devices before it uses them.");
}
