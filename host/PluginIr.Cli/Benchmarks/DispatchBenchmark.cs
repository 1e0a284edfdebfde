using System.Reflection;
using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Registration;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;

namespace PluginIr.Cli.Benchmarks;

/// <summary>Measures what dispatch adds to a kernel: rms_norm of the first provider that takes it, and a kernel that does nothing.</summary>
internal static unsafe class DispatchBenchmark
{
    private const int ManyProviders = 20;
    private const long Hidden = 1024;

    /// <summary>Runs all cases; the first is rms_norm with one provider.</summary>
    /// <param name="loaded">The runtime with the loaded plugins.</param>
    /// <param name="device">Where the tensors are. On a device a call is over when its kernel is queued, so both times are the caller's.</param>
    /// <param name="effort">How long is measured.</param>
    /// <param name="cancellationToken">Stops between two cases.</param>
    public static IEnumerable<DispatchResult> Run(IrRuntime loaded, Device device, Effort effort, CancellationToken cancellationToken)
    {
        RegistrySnapshot registry = loaded.Registry;
        RegisteredOp op = registry.Op("rms_norm");
        RegisteredKernel fastest = registry.OrderOf(op, device.Kind).FirstOrDefault(k => k.Provider.Support.IsSupported)
            ?? throw new InputException($"No kernel of {op.Name} works on {device}.");
        (int Providers, int Declining)[] cases = [(1, 0), (ManyProviders, 0), (ManyProviders, ManyProviders - 1)];
        foreach ((int providers, int declining) in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IrRuntime ir = With(loaded, [], device, fastest.Descriptor, providers, declining);
            yield return RmsNorm(loaded, device, ir, fastest.Descriptor, providers, declining, effort);
        }

        var build = new PluginBuild("bench", 1, "1", "bench");
        IReadOnlyList<OpDescriptor> ops = PluginRegistration.Read(Assembly.GetExecutingAssembly(), build).Generation.Ops;
        KernelDescriptor nothing = ops.Single().Native;
        foreach ((int providers, int declining) in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IrRuntime ir = With(loaded, ops, device, nothing, providers, declining);
            yield return Nothing(loaded, device, ir, nothing, providers, declining, effort);
        }
    }

    private static DispatchResult RmsNorm(
        IrRuntime loaded, Device device, IrRuntime ir, KernelDescriptor kernel, int providers, int declining, Effort effort)
    {
        // Apart by other than multiples of 4096 bytes, at which loads would wait for stores that they have nothing to do with.
        Tensor memory = loaded.ToDevice(
            Tensor.FromSingles(DType.Float32, [.. Enumerable.Range(0, 4 * (int)Hidden).Select(i => MathF.Sin(i))], 4 * Hidden), device);
        var row = new TensorSpec(DType.Float32, 1, Hidden);
        Tensor x = memory.AsStrided(row, 0, Hidden, 1);
        Tensor weight = memory.AsStrided(new TensorSpec(DType.Float32, Hidden), Hidden + (Hidden / 4), 1);
        Tensor output = memory.AsStrided(row, (2 * Hidden) + (Hidden / 2), Hidden, 1);
        var context = new KernelContext();
        var entry = (delegate*<KernelContext, Tensor, Tensor?, float, int?, Tensor, void>)kernel.Entry;
        return Measure(
            $"rms_norm f32 1x{Hidden}", providers, declining, effort,
            calls =>
            {
                for (int i = 0; i < calls; i++)
                    entry(context, x, weight, 1e-6f, null, output);
            },
            calls =>
            {
                for (int i = 0; i < calls; i++)
                    ir.RmsNormInto(x, weight, 1e-6f, output);
            });
    }

    private static DispatchResult Nothing(
        IrRuntime loaded, Device device, IrRuntime ir, KernelDescriptor kernel, int providers, int declining, Effort effort)
    {
        var row = new TensorSpec(DType.Float32, 1, Hidden);
        Tensor x = loaded.Allocate(row, device), output = loaded.Allocate(row, device);
        var context = new KernelContext();
        var entry = (delegate*<KernelContext, Tensor, Tensor, void>)kernel.Entry;
        return Measure(
            "empty", providers, declining, effort,
            calls =>
            {
                for (int i = 0; i < calls; i++)
                    entry(context, x, output);
            },
            calls =>
            {
                for (int i = 0; i < calls; i++)
                    ir.EmptyInto(x, output);
            });
    }

    private static DispatchResult Measure(
        string kernel, int providers, int declining, Effort effort, Action<int> direct, Action<int> dispatched)
    {
        (double[] directs, double[] dispatches) = Alternation.Measure(direct, dispatched, effort);
        const int Counted = 100_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        dispatched(Counted);
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Counted;
        return new DispatchResult(
            kernel, providers, declining, Alternation.Median(directs), Alternation.Median(dispatches),
            Alternation.Median(directs.Zip(dispatches, (a, b) => b - a)), bytes);
    }

    // A runtime in which so many providers offer the kernel, the first of them to other dtypes only.
    private static IrRuntime With(
        IrRuntime loaded, IReadOnlyList<OpDescriptor> ops, Device device, KernelDescriptor kernel, int providers, int declining)
    {
        string[] names = [.. Enumerable.Range(0, providers).Select(i => $"provider_{i}")];
        var generation = new Runtime.Registry.Generation
        {
            Plugin = "bench",
            Number = 1,
            Version = "1",
            ContentHash = "bench",
            Ops = ops,
            DeviceRuntimes = [.. loaded.Registry.Generations.SelectMany(g => g.DeviceRuntimes).Where(r => r.Kind == device.Kind)],
            Providers = [.. names.Select(name => new ProviderDescriptor { Name = name, Device = device.Kind, Support = Support.Yes })],
            Kernels = [.. names.Select((name, i) => Copy(kernel, name, i < declining ? DTypes.I32 : DTypes.F32))],
        };
        var runtime = new IrRuntime();
        runtime.Replace(generation.Plugin, generation);
        runtime.SetPriority(PriorityTable.Default.With(PriorityTable.AnyOp, names));
        return runtime;
    }

    private static KernelDescriptor Copy(KernelDescriptor kernel, string provider, DTypes dtypes) => new()
    {
        Schema = kernel.Schema,
        Provider = provider,
        Method = kernel.Method,
        Entry = kernel.Entry,
        PackedEntry = kernel.PackedEntry,
        SupportsArgs = kernel.SupportsArgs,
        PackedSupportsArgs = kernel.PackedSupportsArgs,
        DTypes = dtypes,
        Inplace = kernel.Inplace,
        BatchInvariant = kernel.BatchInvariant,
        Strided = kernel.Strided,
        Alignment = kernel.Alignment,
    };
}
