using PluginIr.Dispatch;
using PluginIr.Registration;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Priority;
using PluginIr.Schemas;

namespace PluginIr.Runtime.Registry;

/// <summary>Makes a snapshot of generations and a priority: binds kernels to ops, checks that they agree, sorts rows.</summary>
internal sealed class SnapshotBuilder
{
    private readonly PriorityTable _priority;
    private readonly IReadOnlyCollection<SetAsideKernel> _setAside;
    private readonly Dictionary<string, RegisteredOp> _ops = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RegisteredProvider> _providers = new(StringComparer.Ordinal);
    private readonly List<RegisteredKernel> _kernels = [];
    private readonly LoadedDeviceRuntime?[] _deviceRuntimes = new LoadedDeviceRuntime?[DeviceKind.MaxKinds];
    private readonly List<string> _unbound = [];
    private readonly List<string> _warnings = [];

    private SnapshotBuilder(PriorityTable priority, IReadOnlyCollection<SetAsideKernel> setAside)
    {
        _priority = priority;
        _setAside = setAside;
    }

    /// <summary>Builds a snapshot.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="generations">All loaded generations, oldest plugin first.</param>
    /// <param name="priority">The priority to sort by.</param>
    /// <param name="setAside">Kernels that are offered no call.</param>
    /// <param name="basis">That of a snapshot from which it differs in <paramref name="setAside"/> alone; null for one of its own.</param>
    /// <exception cref="RegistrationException">Two generations contradict each other.</exception>
    public static RegistrySnapshot Build(
        long version, IReadOnlyList<Generation> generations, PriorityTable priority, IReadOnlyCollection<SetAsideKernel> setAside, object? basis = null)
    {
        var builder = new SnapshotBuilder(priority, setAside);
        builder.AddOps(generations);
        builder.AddDeviceRuntimes(generations);
        builder.AddProviders(generations);
        builder.AddKernels(generations);
        RequireOneOfEachFusion(generations);
        (KernelRow[] rows, RowRange[] ranges) = builder.SortRows();
        var tables = new SnapshotTables(
            rows, ranges, builder._ops, builder._providers, builder._kernels, builder._deviceRuntimes, builder._unbound, builder._warnings);
        return new RegistrySnapshot(version, tables, generations, priority, setAside, basis ?? new object());
    }

    private void AddOps(IReadOnlyList<Generation> generations)
    {
        foreach (Generation generation in generations)
        {
            foreach (OpDescriptor descriptor in generation.Ops)
            {
                OpSchema schema = OpSchema.Parse(descriptor.Schema);
                var op = new RegisteredOp(OpId.Intern(schema.Text), schema, descriptor, generation);
                if (!_ops.TryAdd(op.Name, op))
                {
                    throw new RegistrationException(
                        $"Op '{op.Name}' is declared by {_ops[op.Name].Generation} and by {generation}; rename one of the two, or remove a plugin.");
                }
            }
        }
    }

    private void AddProviders(IReadOnlyList<Generation> generations)
    {
        _providers.Add(RegisteredProvider.Native, new(RegisteredProvider.Native, DeviceKind.Cpu, Support.Yes, null));
        foreach (Generation generation in generations)
        {
            foreach (ProviderDescriptor descriptor in generation.Providers)
            {
                var provider = new RegisteredProvider(descriptor.Name, descriptor.Device, SupportOf(descriptor), generation);
                if (!_providers.TryAdd(provider.Name, provider))
                {
                    throw new RegistrationException(
                        $"Provider '{provider.Name}' is registered by {_providers[provider.Name].Generation} and by {generation}; " +
                        "rename one of the two, or remove a plugin.");
                }
            }
        }
    }

    // Kernels for a device need its memory too.
    private Support SupportOf(ProviderDescriptor provider) =>
        !provider.Support.IsSupported || provider.Device == DeviceKind.Cpu ? provider.Support
        : _deviceRuntimes[provider.Device.Index] is not { } runtime
            ? Support.No($"no loaded plugin brings a device runtime for '{provider.Device}'; load the plugin that does")
        : runtime.Support;

    private void AddDeviceRuntimes(IReadOnlyList<Generation> generations)
    {
        var owners = new Dictionary<DeviceKind, Generation>();
        foreach (Generation generation in generations)
        {
            foreach (LoadedDeviceRuntime runtime in generation.DeviceRuntimes)
            {
                if (!owners.TryAdd(runtime.Kind, generation))
                {
                    throw new RegistrationException(
                        $"The device runtime for '{runtime.Kind}' is registered by {owners[runtime.Kind]} and by {generation}; " +
                        "all tensors on a kind of device share one. Remove one of the two plugins.");
                }

                _deviceRuntimes[runtime.Kind.Index] = runtime;
            }
        }
    }

    private static void RequireOneOfEachFusion(IReadOnlyList<Generation> generations)
    {
        var owners = new Dictionary<string, Generation>(StringComparer.Ordinal);
        foreach (Generation generation in generations)
        {
            foreach (FusionDescriptor fusion in generation.Fusions)
            {
                if (!owners.TryAdd(fusion.Name, generation))
                {
                    throw new RegistrationException(
                        $"Fusion '{fusion.Name}' is registered by {owners[fusion.Name]} and by {generation}; rename one of the two, or remove a plugin.");
                }
            }
        }
    }

    private void AddKernels(IReadOnlyList<Generation> generations)
    {
        foreach (RegisteredOp op in _ops.Values)
            _kernels.Add(new RegisteredKernel(_kernels.Count, op, _providers[RegisteredProvider.Native], op.Descriptor.Native, op.Generation));
        foreach (Generation generation in generations)
        {
            foreach (KernelDescriptor kernel in generation.Kernels)
                AddKernel(generation, kernel);
        }
    }

    private void AddKernel(Generation generation, KernelDescriptor kernel)
    {
        OpSchema schema = OpSchema.Parse(kernel.Schema);
        if (!_ops.TryGetValue(schema.Name, out RegisteredOp? op))
        {
            _unbound.Add($"{kernel.Method} of provider '{kernel.Provider}' waits for op '{schema.Name}', which no loaded plugin declares.");
            return;
        }

        if (!schema.Equals(op.Schema))
        {
            throw new RegistrationException(
                $"Kernel {kernel.Method} of {generation} was built for '{schema}'; {op.Generation} declares '{op.Schema}'. " +
                "Build the two against the same declaration.");
        }

        if (kernel.Inplace != Inplace.Never && !op.Descriptor.AllowInplace)
        {
            throw new RegistrationException(
                $"Kernel {kernel.Method} of {generation} works in place ({kernel.Inplace}); op '{op.Name}' does not allow that.");
        }

        _kernels.Add(new RegisteredKernel(_kernels.Count, op, _providers[kernel.Provider], kernel, generation));
    }

    private (KernelRow[] Rows, RowRange[] Ranges) SortRows()
    {
        var rows = new List<KernelRow>();
        int lastId = _ops.Values.Max(op => (int?)op.Id) ?? -1;
        var ranges = new RowRange[(lastId + 1) * DeviceKind.MaxKinds];
        foreach (IGrouping<RegisteredOp, RegisteredKernel> kernels in _kernels.GroupBy(k => k.Op))
        {
            PriorityChoice choice = _priority.ChoiceOf(kernels.Key.Name);
            Warn(kernels.Key, choice, kernels);
            foreach (IGrouping<DeviceKind, RegisteredKernel> onDevice in kernels.GroupBy(k => k.Provider.Device))
            {
                int start = rows.Count;
                rows.AddRange(Order(choice, onDevice).Select(k => Row(k, choice)));
                ranges[(kernels.Key.Id * DeviceKind.MaxKinds) + onDevice.Key.Index] = new RowRange(start, rows.Count - start);
            }
        }

        return ([.. rows], ranges);
    }

    // The list's kernels that can run here, up to the first that takes everything.
    private IEnumerable<RegisteredKernel> Order(PriorityChoice choice, IEnumerable<RegisteredKernel> kernels)
    {
        foreach (string provider in choice.Order)
        {
            RegisteredKernel? kernel = kernels.FirstOrDefault(k => k.Provider.Name == provider && k.Provider.Support.IsSupported);
            if (kernel is null || (_setAside.Count > 0 && _setAside.Any(s => s.Is(KernelName.Of(kernel)))))
                continue;
            yield return kernel;
            if (kernel.AcceptsEverything)
                yield break;
        }
    }

    private void Warn(RegisteredOp op, PriorityChoice choice, IEnumerable<RegisteredKernel> kernels)
    {
        if (choice.IsNativeAppended)
            _warnings.Add($"Op '{op.Name}': no list ends in a provider that takes every call; native is appended.");
        foreach (string name in choice.Explicit)
        {
            string? reason = !_providers.TryGetValue(name, out RegisteredProvider? provider) ? "no loaded plugin brings it"
                : !provider.Support.IsSupported ? provider.Support.Reason
                : kernels.All(k => k.Provider.Name != name) ? "it has no kernel of this op"
                : null;
            if (reason is not null)
                _warnings.Add($"Op '{op.Name}' is configured to use provider '{name}', which cannot be: {reason}.");
        }
    }

    private static KernelRow Row(RegisteredKernel kernel, PriorityChoice choice) => new()
    {
        Entry = kernel.Descriptor.Entry,
        SupportsArgs = kernel.Descriptor.SupportsArgs,
        PackedEntry = kernel.Descriptor.PackedEntry,
        PackedSupportsArgs = kernel.Descriptor.PackedSupportsArgs,
        Accepts = kernel.Accepts,
        Kernel = kernel.Index,
        Inplace = kernel.Descriptor.Inplace,
        IsFallback = choice.Explicit.Count > 0 && !choice.Explicit.Contains(kernel.Provider.Name),
    };
}
