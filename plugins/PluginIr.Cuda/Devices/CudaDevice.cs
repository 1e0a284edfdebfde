using System.Runtime.CompilerServices;
using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Driver;

namespace PluginIr.Cuda.Devices;

/// <summary>One device that was started: its primary context, its compute stream and its pool.</summary>
/// <remarks>All three stay when the plugin goes: memory that the host holds lives in them, and work of the next generation goes on in the stream.</remarks>
internal sealed class CudaDevice
{
    /// <summary>What goes through slots of its own size: tokens, positions, lengths. The most bytes of one.</summary>
    public const int SmallCopyBytes = 64 * 1024;

    /// <summary>The size of each of the two slots that other copies, such as of weights, go through.</summary>
    public const int LargeSlotBytes = 8 << 20;

    private const int SmallSlots = 32, LargeSlots = 2;

    // From this one on what is captured keeps the attribute that lets kernels overlap: CUDA 12.3.
    private const int LeastOverlappingDriver = 12030;

    private readonly CudaDriver _driver;
    private readonly PinnedStaging _small, _large;

    /// <summary>Starts a device.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="info">The device.</param>
    /// <param name="computeStream">The compute stream that an earlier generation made; 0 to make one.</param>
    public CudaDevice(CudaDriver driver, CudaDeviceInfo info, nint computeStream)
    {
        _driver = driver;
        Context = driver.RetainPrimaryContext(info.Handle);
        MakeCurrent();
        Pool = driver.DefaultPool(info.Handle);

        // Memory is handed out again without the driver taking it back at every synchronisation in between.
        driver.SetPoolAttribute(Pool, CudaPoolAttribute.ReleaseThreshold, ulong.MaxValue);
        ComputeStream = computeStream != 0 ? computeStream : driver.CreateStream();
        _small = new PinnedStaging(driver, SmallSlots, SmallCopyBytes);
        _large = new PinnedStaging(driver, LargeSlots, LargeSlotBytes);
        ComputeCapability = info.ComputeCapability;
        OverlapsKernels = PtxTarget.For(ComputeCapability).HasDependentLaunch && driver.DriverVersion() >= LeastOverlappingDriver;
    }

    /// <summary>10 × major + minor: 90 is sm_90.</summary>
    public int ComputeCapability { get; }

    /// <summary>True when a kernel may begin while the one before it ends: see <see cref="PtxCompiler"/>.</summary>
    public bool OverlapsKernels { get; }

    /// <summary>The primary context.</summary>
    public nint Context { get; }

    /// <summary>The stream that stands for 0.</summary>
    public nint ComputeStream { get; }

    /// <summary>The device's own memory pool.</summary>
    public nint Pool { get; }

    /// <summary>Makes the context current on the calling thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MakeCurrent() => _driver.MakeCurrent(Context);

    /// <summary>Queues a copy of host memory, pinned or not, which has been read when this returns.</summary>
    /// <param name="target">The first byte on the device.</param>
    /// <param name="source">The first byte in host memory.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="stream">The stream, 0 for the compute stream.</param>
    public void CopyToDevice(nint target, nint source, nuint bytes, nint stream) =>
        (bytes <= SmallCopyBytes ? _small : _large).Copy(target, source, bytes, Stream(stream));

    /// <summary>A stream as kernels and callers name it: 0 is the compute stream.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Stream(nint stream) => stream == 0 ? ComputeStream : stream;

    /// <summary>Frees what is the plugin's own. When nothing uses the device's memory any more, the pool gives back what it keeps.</summary>
    public void Dispose()
    {
        var teardown = new Teardown();
        teardown.Do(MakeCurrent);
        teardown.Do(_small.Dispose);
        teardown.Do(_large.Dispose);
        teardown.Do(TrimUnusedPool);
        teardown.ThrowFirst();
    }

    private void TrimUnusedPool()
    {
        if (_driver.PoolAttribute(Pool, CudaPoolAttribute.UsedCurrent) == 0)
            _driver.TrimPool(Pool, 0);
    }
}
