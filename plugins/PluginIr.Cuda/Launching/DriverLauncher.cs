using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;
using PluginIr.Cuda.Blas;
using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Devices;
using PluginIr.Cuda.Driver;

namespace PluginIr.Cuda.Launching;

/// <summary>Launches through the CUDA driver, in the devices' primary contexts.</summary>
/// <remarks>A launch of a loaded kernel looks up two arrays, makes the context current and calls the driver; it allocates and locks nothing.</remarks>
internal sealed unsafe class DriverLauncher : KernelLauncher
{
    private readonly PtxSource _source;
    private readonly List<(CudaDevice Device, nint Module, GpuKernel Kernel)> _loaded = [];
    private readonly Lock _lock = new();
    private readonly Lazy<CublasProducts?> _products;
    private Task? _compilingAhead;

    // By device, null where there is none yet.
    private ScratchMemory?[] _scratch = [];

    /// <summary>A launcher with this user's cache of compiled kernels and the cuBLAS that is installed.</summary>
    public DriverLauncher()
        : this(PtxCache.Default(), () => CublasSearch.Of(CublasLibrary.Installed()))
    {
    }

    /// <summary>A launcher.</summary>
    /// <param name="cache">Where compiled kernels are kept.</param>
    /// <param name="cublas">Looks for cuBLAS, when the first product asks for it.</param>
    internal DriverLauncher(PtxCache cache, Func<CublasSearch> cublas)
    {
        _source = new PtxSource(cache);
        _products = new Lazy<CublasProducts?>(() =>
        {
            CublasSearch search = cublas();
            CudaDeviceRuntime.Current!.Report(search.Report);
            return search.Found is null ? null : new CublasProducts(search.Found);
        });
    }

    /// <inheritdoc/>
    public override void CompileAhead(PtxTarget target)
    {
        lock (_lock)
            _compilingAhead ??= Task.Run(() => _source.CompileAhead(KernelCatalog.All, target));
    }

    /// <inheritdoc/>
    public override void Launch<TArguments>(KernelContext context, int device, GpuKernel kernel, LaunchShape shape, in TArguments arguments)
    {
        if (shape.GroupsY > LaunchShape.MaxGroupsY)
            throw TooLong(kernel, shape);
        CudaDeviceRuntime runtime = Runtime(kernel);
        CudaDevice on = runtime.Device(device);
        on.MakeCurrent();
        nint[] functions = kernel.Functions;
        nint function = device < functions.Length ? functions[device] : 0;
        if (function == 0)
            function = Load(runtime, on, device, kernel);
        LaunchAttribute overlaps = new() { Id = LaunchAttribute.OverlapsEarlier, Value = 1 };
        LaunchConfig config = new()
        {
            GridX = (uint)shape.GroupsX,
            GridY = (uint)shape.GroupsY,
            GridZ = 1,
            BlockX = (uint)shape.Threads,
            BlockY = 1,
            BlockZ = 1,
            Stream = on.Stream(context.Stream),
            Attributes = &overlaps,
            AttributeCount = on.OverlapsKernels ? 1u : 0,
        };
        fixed (TArguments* pointer = &arguments)
        {
            void* argument = pointer;
            runtime.Driver.Launch(function, &config, &argument);
        }
    }

    /// <inheritdoc/>
    public override bool TryMultiply(KernelContext context, Tensor x, Tensor weight, View output, int outer)
    {
        if (_products.Value is not { } products)
            return false;
        products.Multiply(context, x, weight, output, outer);
        return true;
    }

    /// <inheritdoc/>
    public override ScratchMemory Scratch(int device)
    {
        ScratchMemory?[] all = _scratch;
        return (device < all.Length ? all[device] : null) ?? AddScratch(device);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        var teardown = new Teardown();
        lock (_lock)
        {
            if (_products is { IsValueCreated: true, Value: { } products })
                teardown.Do(products.Dispose);
            foreach ((int device, ScratchMemory? scratch) in _scratch.Index())
            {
                foreach (View part in scratch?.All ?? [])
                    teardown.Do(() => CudaDeviceRuntime.Current!.Free(device, part.Address, (nuint)part.Length));
            }

            _scratch = [];
            foreach ((CudaDevice device, nint module, GpuKernel kernel) in _loaded)
            {
                kernel.Functions = [];
                teardown.Do(() => Unload(device, module));
            }

            _loaded.Clear();
        }

        teardown.Do(() => _compilingAhead?.Wait());
        teardown.Do(_source.Dispose);
        teardown.ThrowFirst();
    }

    // Groups along y are parts of a row: rows of 32 MiB and more come to this, and no model has them.
    private static NotSupportedException TooLong(GpuKernel kernel, LaunchShape shape) => new(
        $"{kernel} cannot be launched with {shape.GroupsX} x {shape.GroupsY} groups of {shape.Threads} threads: a device takes {LaunchShape.MaxGroupsY} along y, " +
        "which are parts of a row. Divide the rows.");

    private static CudaDeviceRuntime Runtime(GpuKernel kernel) => CudaDeviceRuntime.Current ?? throw new InvalidOperationException(
        $"{kernel} cannot be launched: the device runtime of kind '{CudaProvider.Device}' is not registered ({CudaPlatform.Current.Support.Reason ?? "register the plugin first"}).");

    private static void Unload(CudaDevice device, nint module)
    {
        device.MakeCurrent();
        CudaDeviceRuntime.Current!.Driver.UnloadModule(module);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ScratchMemory AddScratch(int device)
    {
        lock (_lock)
        {
            if (device < _scratch.Length && _scratch[device] is { } meanwhile)
                return meanwhile;
            var added = new ScratchMemory(bytes => CudaDeviceRuntime.Current!.Allocate(device, (nuint)bytes));

            // A new array, so that who reads the old one reads it whole.
            var all = new ScratchMemory?[Math.Max(_scratch.Length, device + 1)];
            _scratch.CopyTo(all, 0);
            all[device] = added;
            _scratch = all;
            return added;
        }
    }

    // A call that is the first of its dtype loads what others of it take as well: as a rule it is one that proves the kernel or warms it up.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private nint Load(CudaDeviceRuntime runtime, CudaDevice on, int device, GpuKernel kernel)
    {
        nint function = LoadOne(runtime, on, device, kernel);
        try
        {
            // The driver's compiler is most of it, and works for several threads at once.
            Parallel.ForEach(kernel.Row, other => LoadOne(runtime, on, device, other));
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return function;
    }

    private nint LoadOne(CudaDeviceRuntime runtime, CudaDevice on, int device, GpuKernel kernel)
    {
        // The kernel's own lock: who waits, waits for nothing else.
        lock (kernel)
        {
            if (device < kernel.Functions.Length && kernel.Functions[device] is not 0 and var meanwhile)
                return meanwhile;
            PtxModule ptx = _source.Get(kernel, PtxTarget.For(on.ComputeCapability));
            on.MakeCurrent();
            nint module = runtime.Driver.LoadModule(Encoding.UTF8.GetBytes(ptx.Text + '\0'));
            lock (_lock)
                _loaded.Add((on, module, kernel));
            nint function = runtime.Driver.Function(module, ptx.EntryPoint);

            // A new array, so that who reads the old one reads it whole.
            nint[] functions = new nint[Math.Max(kernel.Functions.Length, device + 1)];
            kernel.Functions.CopyTo(functions, 0);
            functions[device] = function;
            kernel.Functions = functions;
            return function;
        }
    }
}
