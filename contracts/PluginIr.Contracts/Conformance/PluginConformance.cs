using System.Reflection;
using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Conformance;

/// <summary>The conformance matrix of one plugin's kernels: for vendors' test projects, with any test framework.</summary>
/// <remarks>A case is data with a text of its own, so a theory can be over cases or over their texts.</remarks>
public sealed class PluginConformance : IDisposable
{
    private readonly List<KernelPlugin> _plugins = [];
    private readonly Dictionary<DeviceKind, RuntimeConformanceDevice> _ownDevices = [];

    private PluginConformance()
    {
    }

    /// <summary>The kernels whose providers are supported here.</summary>
    public IReadOnlyList<ConformanceSubject> Kernels { get; private set; } = [];

    /// <summary>The providers that are not supported here; each says why. Their kernels have no cases.</summary>
    public IReadOnlyList<ProviderDescriptor> Unsupported { get; private set; } = [];

    /// <summary>Registers a plugin whose kernels work on host memory, or on devices whose runtimes it brings; their first device is used.</summary>
    /// <param name="plugin">The plugin's assembly. That of the contracts stands for the native definitions.</param>
    /// <param name="declaringOps">Other assemblies that declare ops which the plugin implements; the contracts' are always there.</param>
    /// <exception cref="ConformanceException">An assembly is no plugin, or a kernel's op or device is missing.</exception>
    public static PluginConformance Of(Assembly plugin, params ReadOnlySpan<Assembly> declaringOps) =>
        Of(plugin, new Dictionary<DeviceKind, IConformanceDevice>(), declaringOps);

    /// <summary>Registers a plugin whose kernels work on devices.</summary>
    /// <param name="plugin">The plugin's assembly.</param>
    /// <param name="devices">What takes memory to each kind of device whose runtime the plugin does not bring, or in its place.</param>
    /// <param name="declaringOps">Other assemblies that declare ops which the plugin implements; the contracts' are always there.</param>
    /// <exception cref="ConformanceException">An assembly is no plugin, or a kernel's op or device is missing.</exception>
    public static PluginConformance Of(
        Assembly plugin, IReadOnlyDictionary<DeviceKind, IConformanceDevice> devices, params ReadOnlySpan<Assembly> declaringOps)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        ArgumentNullException.ThrowIfNull(devices);
        var conformance = new PluginConformance();
        try
        {
            conformance.Load(plugin, devices, declaringOps);
            return conformance;
        }
        catch
        {
            conformance.Dispose();
            throw;
        }
    }

    /// <summary>The cases of every kernel.</summary>
    /// <param name="extent">How many of them.</param>
    public IEnumerable<ConformanceCase> Cases(ConformanceExtent extent = ConformanceExtent.Full) =>
        Kernels.SelectMany(k => ConformanceMatrix.Of(k, extent));

    /// <summary>The case with this text.</summary>
    /// <exception cref="FormatException">The text is not a case, or is about none of the kernels.</exception>
    public ConformanceCase Case(string text) => ConformanceCase.Parse(text, Kernels);

    /// <summary>Runs a case.</summary>
    /// <returns>Whether the kernel was run, or why not.</returns>
    /// <exception cref="ConformanceException">The kernel broke a rule; the message says which, where, and how to run it again.</exception>
    public static ConformanceOutcome Check(ConformanceCase @case)
    {
        ConformanceResult result = new KernelCheck().Check(@case);
        return result.Failure is { } failure ? throw new ConformanceException(failure.Message) : result.Outcome;
    }

    /// <summary>Runs the case with this text.</summary>
    /// <returns>Whether the kernel was run, or why not.</returns>
    /// <exception cref="ConformanceException">The kernel broke a rule.</exception>
    /// <exception cref="FormatException">The text is not a case, or is about none of the kernels.</exception>
    public ConformanceOutcome Check(string text) => Check(Case(text));

    /// <summary>Frees what the plugins hold.</summary>
    public void Dispose()
    {
        foreach (RuntimeConformanceDevice device in _ownDevices.Values)
            device.Dispose();
        _ownDevices.Clear();
        foreach (KernelPlugin plugin in _plugins)
            plugin.Dispose();
        _plugins.Clear();
    }

    private void Load(Assembly plugin, IReadOnlyDictionary<DeviceKind, IConformanceDevice> devices, ReadOnlySpan<Assembly> declaringOps)
    {
        Assembly contracts = typeof(Tensor).Assembly;
        var all = new RegisteredParts();
        foreach (Assembly assembly in (HashSet<Assembly>)[contracts, .. declaringOps])
        {
            if (assembly != plugin)
                Register(assembly, all);
        }

        var own = new RegisteredParts();
        Register(plugin, own);
        all.Ops.AddRange(own.Ops);
        Dictionary<string, OpDescriptor> ops = all.Ops.ToDictionary(o => OpSchema.Parse(o.Schema).Text);
        Dictionary<string, ProviderDescriptor> providers = own.Providers.ToDictionary(p => p.Name);
        foreach (DeviceRuntimeDescriptor runtime in own.DeviceRuntimes.Where(r => r.Runtime is not null && !devices.ContainsKey(r.Kind)))
        {
            runtime.Runtime!.Start(0, 0);
            _ownDevices.Add(runtime.Kind, new RuntimeConformanceDevice(new Device(runtime.Kind), runtime.Runtime));
        }

        Unsupported = [.. own.Providers.Where(p => !p.Support.IsSupported)];
        Kernels =
        [
            .. own.Ops.Select(o => new ConformanceSubject(o, o.Native)),
            .. own.Kernels.Where(k => providers[k.Provider].Support.IsSupported)
                .Select(k => new ConformanceSubject(OpOf(k, ops), k, DeviceOf(k, providers[k.Provider].Device, devices))),
        ];
    }

    private void Register(Assembly assembly, IKernelRegistrar registrar)
    {
        if (assembly.GetCustomAttribute<KernelPluginAttribute>() is not { } attribute)
        {
            throw new ConformanceException(
                $"{assembly.GetName().Name} is not a plugin: it declares no op and no kernel provider. Give the assembly that has the " +
                "[KernelProvider] or [Op] classes, built with the generator of PluginIr.Contracts.");
        }

        var plugin = (KernelPlugin)Activator.CreateInstance(attribute.Type)!;
        _plugins.Add(plugin);
        plugin.Register(registrar);
    }

    private static OpDescriptor OpOf(KernelDescriptor kernel, Dictionary<string, OpDescriptor> ops) =>
        ops.TryGetValue(OpSchema.Parse(kernel.Schema).Text, out OpDescriptor? op) ? op : throw new ConformanceException(
            $"No op here has the schema '{kernel.Schema}' that kernel {kernel.Method} of provider '{kernel.Provider}' implements; " +
            "name the assembly that declares it.");

    private IConformanceDevice? DeviceOf(
        KernelDescriptor kernel, DeviceKind kind, IReadOnlyDictionary<DeviceKind, IConformanceDevice> devices) =>
        devices.TryGetValue(kind, out IConformanceDevice? device) ? device
        : _ownDevices.TryGetValue(kind, out RuntimeConformanceDevice? own) ? own
        : kind == DeviceKind.Cpu ? null
        : throw new ConformanceException(
            $"Kernel {kernel.Method} of provider '{kernel.Provider}' works on '{kind}' memory; give an {nameof(IConformanceDevice)} for it.");

    // What the plugins register.
    private sealed class RegisteredParts : IKernelRegistrar
    {
        public List<OpDescriptor> Ops { get; } = [];

        public List<ProviderDescriptor> Providers { get; } = [];

        public List<KernelDescriptor> Kernels { get; } = [];

        public void AddOp(OpDescriptor op) => Ops.Add(op);

        public void AddProvider(ProviderDescriptor provider) => Providers.Add(provider);

        public List<DeviceRuntimeDescriptor> DeviceRuntimes { get; } = [];

        public void AddKernel(KernelDescriptor kernel) => Kernels.Add(kernel);

        public void AddDeviceRuntime(DeviceRuntimeDescriptor runtime) => DeviceRuntimes.Add(runtime);
    }
}
