using System.Reflection;
using PluginIr.Registration;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>Generations of this assembly's kernels, as a plugin of it would register them.</summary>
internal static class Generations
{
    private static readonly Generation s_all =
        PluginRegistration.Read(Assembly.GetExecutingAssembly(), new PluginBuild("tests", 1, "1.0", "hash")).Generation;

    /// <summary>A generation with some of the providers.</summary>
    public static Generation Of(string plugin, params string[] providers) => Of(plugin, 1, providers);

    /// <summary>The same with a number.</summary>
    public static Generation Of(string plugin, int number, params string[] providers) => new()
    {
        Plugin = plugin,
        Number = number,
        Version = "1.0",
        ContentHash = "hash",
        Ops = [],
        Providers = [.. providers.Select(name => s_all.Providers.Single(p => p.Name == name))],
        Kernels = [.. s_all.Kernels.Where(k => providers.Contains(k.Provider))],
    };

    /// <summary>A generation with so many copies of one provider's kernel under names of their own.</summary>
    public static Generation Many(string plugin, int count, string provider, DTypes dtypes)
    {
        KernelDescriptor kernel = s_all.Kernels.Single(k => k.Provider == provider);
        string[] names = [.. Enumerable.Range(0, count).Select(i => $"{plugin}_{i}")];
        return new Generation
        {
            Plugin = plugin,
            Number = 1,
            Version = "1.0",
            ContentHash = "hash",
            Ops = [],
            Providers = [.. names.Select(name => new ProviderDescriptor { Name = name, Device = DeviceKind.Cpu, Support = Support.Yes })],
            Kernels = [.. names.Select(name => Kernel(kernel, name, dtypes))],
        };
    }

    /// <summary>A runtime with these providers, tried in this order for every op.</summary>
    public static IrRuntime Runtime(params string[] providers)
    {
        var ir = new IrRuntime();
        ir.Replace("tests", Of("tests", providers));
        ir.SetPriority(PriorityTable.Default.With(PriorityTable.AnyOp, providers));
        return ir;
    }

    /// <summary>A copy of a kernel's descriptor.</summary>
    public static KernelDescriptor Kernel(
        KernelDescriptor kernel, string? provider = null, DTypes? dtypes = null, string? schema = null, Inplace? inplace = null,
        int? alignment = null, string[]? without = null, nint? entry = null, nint? packedEntry = null) => new()
        {
            Schema = schema ?? kernel.Schema,
            Provider = provider ?? kernel.Provider,
            Method = kernel.Method,
            Entry = entry ?? kernel.Entry,
            PackedEntry = packedEntry ?? kernel.PackedEntry,
            SupportsArgs = kernel.SupportsArgs,
            PackedSupportsArgs = kernel.PackedSupportsArgs,
            DTypes = dtypes ?? kernel.DTypes,
            Inplace = inplace ?? kernel.Inplace,
            Strided = kernel.Strided,
            Alignment = alignment ?? kernel.Alignment,
            SameDType = kernel.SameDType,
            Without = without ?? kernel.Without,
        };

    /// <summary>A generation that declares this assembly's op <c>scale</c>, and has some of the providers.</summary>
    public static Generation Declaring(string plugin, params string[] providers)
    {
        Generation generation = Of(plugin, providers);
        return new Generation
        {
            Plugin = plugin,
            Number = 1,
            Version = "1.0",
            ContentHash = "hash",
            Ops = [Scale],
            Providers = generation.Providers,
            Kernels = generation.Kernels,
        };
    }

    /// <summary>A generation with a descriptor of an op.</summary>
    public static Generation Declaring(string plugin, OpDescriptor op) => new()
    {
        Plugin = plugin,
        Number = 1,
        Version = "1.0",
        ContentHash = "hash",
        Ops = [op],
        Providers = [],
        Kernels = [],
    };

    /// <summary>The op <c>scale</c> as this assembly declares it.</summary>
    public static OpDescriptor Scale => s_all.Ops.Single();

    /// <summary>The kernel that a provider of this assembly registers.</summary>
    public static KernelDescriptor KernelOf(string provider) => s_all.Kernels.Single(k => k.Provider == provider);
}
