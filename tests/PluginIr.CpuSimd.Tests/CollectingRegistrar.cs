using PluginIr.Registration;

namespace PluginIr.CpuSimd.Tests;

/// <summary>Keeps what a plugin registers.</summary>
internal sealed class CollectingRegistrar : IKernelRegistrar
{
    public List<ProviderDescriptor> Providers { get; } = [];

    public List<KernelDescriptor> Kernels { get; } = [];

    public void AddOp(OpDescriptor op) => throw new NotSupportedException($"The provider declares no ops; it added '{op.Schema}'.");

    public void AddProvider(ProviderDescriptor provider) => Providers.Add(provider);

    public void AddKernel(KernelDescriptor kernel) => Kernels.Add(kernel);
}
