using System.Reflection;
using PluginIr.Registration;

namespace PluginIr.Contracts.Generators.Tests.Driving;

/// <summary>Keeps what a plugin registers, and in which order.</summary>
internal sealed class CollectingRegistrar : IKernelRegistrar
{
    public List<OpDescriptor> Ops { get; } = [];

    public List<ProviderDescriptor> Providers { get; } = [];

    public List<KernelDescriptor> Kernels { get; } = [];

    public List<DeviceRuntimeDescriptor> DeviceRuntimes { get; } = [];

    /// <summary>Creates the plugin that an assembly names, as a host does.</summary>
    public static KernelPlugin PluginOf(Assembly assembly) =>
        (KernelPlugin)Activator.CreateInstance(assembly.GetCustomAttribute<KernelPluginAttribute>()!.Type)!;

    /// <summary>What an assembly registers.</summary>
    public static CollectingRegistrar Of(Assembly assembly)
    {
        var registrar = new CollectingRegistrar();
        using KernelPlugin plugin = PluginOf(assembly);
        plugin.Register(registrar);
        return registrar;
    }

    public void AddOp(OpDescriptor op) => Ops.Add(op);

    public void AddProvider(ProviderDescriptor provider) => Providers.Add(provider);

    public void AddKernel(KernelDescriptor kernel)
    {
        if (Providers.All(p => p.Name != kernel.Provider))
            throw new InvalidOperationException($"{kernel.Method} was added before its provider '{kernel.Provider}'.");
        Kernels.Add(kernel);
    }

    public void AddDeviceRuntime(DeviceRuntimeDescriptor runtime) => DeviceRuntimes.Add(runtime);
}
