using PluginIr.Dispatch;
using PluginIr.Registration;
using PluginIr.Runtime.Devices;
using PluginIr.Schemas;

namespace PluginIr.Runtime.Registry;

/// <summary>Takes what one plugin registers and checks all that can be checked without knowing the other plugins.</summary>
/// <remarks>The compiler's diagnostics say the same things earlier; builds drift apart, so they are said again here.</remarks>
/// <param name="plugin">The plugin's name, for messages.</param>
internal sealed class RegistrationCollector(string plugin) : IKernelRegistrar
{
    private static readonly string[] s_reservedProviders = [RegisteredProvider.Native, "unfused"];

    public List<OpDescriptor> Ops { get; } = [];

    public List<ProviderDescriptor> Providers { get; } = [];

    public List<KernelDescriptor> Kernels { get; } = [];

    public List<FusionDescriptor> Fusions { get; } = [];

    public List<LoadedDeviceRuntime> DeviceRuntimes { get; } = [];

    public void AddOp(OpDescriptor op)
    {
        ArgumentNullException.ThrowIfNull(op);
        OpSchema schema = ParseSchema(op.Schema);
        if (Ops.Any(o => OpSchema.Parse(o.Schema).Name == schema.Name))
            throw Refused($"op '{schema.Name}' is declared twice");
        foreach (string activation in op.Activations)
        {
            if (!schema.Tensors.Any(t => t.Name == activation && !t.IsOptional))
                throw Refused($"op '{schema}' names the activation '{activation}', which is not one of its required tensors");
        }

        if (op.AllowInplace && op.Activations.Count != schema.Outputs.Count)
        {
            throw Refused(
                $"op '{schema}' allows kernels in place, so it needs as many outputs as activations; " +
                $"found {schema.Outputs.Count} and {op.Activations.Count} ({string.Join(", ", op.Activations)})");
        }

        if (op.Native.Schema != op.Schema)
            throw Refused($"op '{schema}' has a native definition of another schema, '{op.Native.Schema}'");

        // A call of address 0 would end the process.
        if (op.PackedInfer == 0)
            throw Refused($"op '{schema}' has no shape inference");
        if (op.Native.Entry == 0 || op.Native.PackedEntry == 0)
            throw Refused($"op '{schema}' has a native definition, {op.Native.Method}, without an entry point");
        Ops.Add(op);
    }

    public void AddProvider(ProviderDescriptor provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (!SchemaParser.IsName(provider.Name))
            throw Refused($"provider name '{provider.Name}' does not match [a-z_][a-z_0-9]*");
        if (s_reservedProviders.Contains(provider.Name))
            throw Refused($"provider name '{provider.Name}' is reserved; choose another");
        if (Providers.Any(p => p.Name == provider.Name))
            throw Refused($"provider '{provider.Name}' is registered twice");
        Providers.Add(provider);
    }

    public void AddKernel(KernelDescriptor kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        OpSchema schema = ParseSchema(kernel.Schema);
        if (Providers.All(p => p.Name != kernel.Provider))
            throw Refused($"kernel {kernel.Method} belongs to provider '{kernel.Provider}', which was not registered before it");
        if (Kernels.Find(k => k.Provider == kernel.Provider && OpSchema.Parse(k.Schema).Name == schema.Name) is { } earlier)
            throw Refused($"provider '{kernel.Provider}' registers op '{schema.Name}' twice: {earlier.Method} and {kernel.Method}");
        if (kernel.Entry == 0 || kernel.PackedEntry == 0)
            throw Refused($"kernel {kernel.Method} has no entry point");
        if (kernel.Alignment is not (1 or 16 or 64))
            throw Refused($"kernel {kernel.Method} asks for an alignment of {kernel.Alignment} bytes; it can be 1, 16 or 64");
        if (kernel.Without.FirstOrDefault(name => OptionalTraits.Of(schema).All(o => o.Name != name)) is { } stranger)
        {
            throw Refused(
                $"kernel {kernel.Method} is to do without '{stranger}', which is not one of the first {CallChecks.MaxOptionals} optional inputs of '{schema}'");
        }

        Kernels.Add(kernel);
    }

    public void AddFusion(FusionDescriptor fusion)
    {
        ArgumentNullException.ThrowIfNull(fusion);
        if (!SchemaParser.IsName(fusion.Name))
            throw Refused($"fusion name '{fusion.Name}' does not match [a-z_][a-z_0-9]*");
        if (Fusions.Any(f => f.Name == fusion.Name))
            throw Refused($"fusion '{fusion.Name}' is registered twice");
        Fusions.Add(fusion);
    }

    public void AddDeviceRuntime(DeviceRuntimeDescriptor runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (runtime.Kind == DeviceKind.Cpu)
            throw Refused("it brings a device runtime for 'cpu', which is the host's own");
        if (DeviceRuntimes.Any(r => r.Kind == runtime.Kind))
            throw Refused($"the device runtime for '{runtime.Kind}' is registered twice");
        if (runtime.Support.IsSupported && runtime.Runtime is not { Devices.Count: > 0 })
            throw Refused($"its device runtime for '{runtime.Kind}' says that it is supported here and has no device");
        DeviceRuntimes.Add(new LoadedDeviceRuntime(runtime));
    }

    private OpSchema ParseSchema(string text)
    {
        OpSchema schema;
        try
        {
            schema = OpSchema.Parse(text);
        }
        catch (FormatException malformed)
        {
            throw Refused(malformed.Message.TrimEnd('.'), malformed);
        }

        return schema.Text == text ? schema : throw Refused($"schema '{text}' is not in canonical form; expected '{schema.Text}'");
    }

    private RegistrationException Refused(string problem, Exception? inner = null) =>
        new($"Plugin '{plugin}' was refused: {problem}. Correct the plugin and build it again.", inner);
}
