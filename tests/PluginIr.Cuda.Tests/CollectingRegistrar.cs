using System.Reflection;
using PluginIr.Registration;

namespace PluginIr.Cuda.Tests;

/// <summary>Keeps what a plugin registers.</summary>
internal sealed class CollectingRegistrar : IKernelRegistrar
{
    public List<ProviderDescriptor> Providers { get; } = [];

    public List<DeviceRuntimeDescriptor> Runtimes { get; } = [];

    public List<KernelDescriptor> Kernels { get; } = [];

    /// <summary>What this repository's plugin registers.</summary>
    public static CollectingRegistrar OfPlugin()
    {
        var registrar = new CollectingRegistrar();
        Type type = typeof(CudaProvider).Assembly.GetCustomAttribute<KernelPluginAttribute>()!.Type;

        // Not disposed: that would give back what other tests, which run meanwhile, launch through.
        var plugin = (KernelPlugin)Activator.CreateInstance(type)!;
        plugin.Register(registrar);
        return registrar;
    }

    public void AddOp(OpDescriptor op) => throw new NotSupportedException($"The provider declares no ops; it added '{op.Schema}'.");

    public void AddDeviceRuntime(DeviceRuntimeDescriptor runtime) => Runtimes.Add(runtime);

    public void AddProvider(ProviderDescriptor provider) => Providers.Add(provider);

    public void AddKernel(KernelDescriptor kernel) => Kernels.Add(kernel);
}
