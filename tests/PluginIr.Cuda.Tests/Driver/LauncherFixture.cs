using PluginIr.Cuda.Blas;
using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Devices;
using PluginIr.Cuda.Launching;
using PluginIr.Cuda.Tests.Blas;

namespace PluginIr.Cuda.Tests.Driver;

/// <summary>A launcher over a fake driver, a fake cuBLAS and an empty cache of compiled kernels.</summary>
internal sealed class LauncherFixture : IDisposable
{
    /// <summary>A stream that is being captured.</summary>
    public const nint Captured = 77;

    public LauncherFixture(FakeCublas? cublas = null, FakeDriver? driver = null)
    {
        Cublas = cublas ?? new FakeCublas();
        Driver = driver ?? new FakeDriver();
        Runtime = new CudaDeviceRuntime(CudaPlatform.Probe(Driver));
        ComputeStream = Runtime.Start(0, 0);
        CudaDeviceRuntime.Current = Runtime;
        Cache = new PtxCache(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        Launcher = new DriverLauncher(Cache, () => CublasSearch.Of([Cublas]));
    }

    public FakeDriver Driver { get; }

    public FakeCublas Cublas { get; }

    public CudaDeviceRuntime Runtime { get; }

    public nint ComputeStream { get; }

    public PtxCache Cache { get; }

    public DriverLauncher Launcher { get; }

    /// <summary>A product of so many rows, on the compute stream or on another, which is being captured.</summary>
    public void Multiply(long rows, nint stream = 0)
    {
        Tensor x = OnDevice(DType.BFloat16, rows, 64), weight = OnDevice(DType.BFloat16, 32, 64), output = OnDevice(DType.BFloat16, rows, 32);
        Launcher.TryMultiply(new KernelContext { Stream = stream }, x, weight, View.Of(output), 32);
    }

    /// <summary>Launches a kernel of one group with nothing to do.</summary>
    public void Launch(GpuKernel kernel, int device = 0)
    {
        var target = PtxTarget.For(Driver.Capabilities[device]);
        foreach (GpuKernel stored in kernel.Row.Append(kernel).Where(k => Cache.Find(k, target) is null))
            Cache.Store(stored, target, new PtxModule("Kernel", ".version 7.8"));
        Launcher.Launch(new KernelContext(), device, kernel, new LaunchShape(1, 1, 32), in device);
    }

    /// <summary>What the driver was asked by now, by the functions' names; forgets it.</summary>
    public string[] TakeDriverCalls() => Take(() => [.. Driver.Calls.Select(call => call.Split(' ')[0])], Driver.Calls.Clear);

    /// <summary>What cuBLAS was asked by now; forgets it.</summary>
    public string[] TakeCublasCalls() => Take(() => [.. Cublas.Calls], Cublas.Calls.Clear);

    public void Dispose()
    {
        CudaDeviceRuntime.Current = null;
        if (Directory.Exists(Cache.Folder))
            Directory.Delete(Cache.Folder, recursive: true);
    }

    // Nothing reads it: the fake launches nothing.
    private static Tensor OnDevice(DType dtype, params ReadOnlySpan<long> shape)
    {
        var spec = new TensorSpec(dtype, shape);
        return new Tensor(spec, new TensorBuffer(new Device(DeviceKind.Get("cuda")), 4096, (nuint)spec.ByteCount, owner: null));
    }

    private static string[] Take(Func<string[]> calls, Action clear)
    {
        string[] taken = calls();
        clear();
        return taken;
    }
}
