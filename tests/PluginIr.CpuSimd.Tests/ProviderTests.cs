using System.Runtime.Intrinsics;
using PluginIr.Registration;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class ProviderTests
{
    private readonly CollectingRegistrar _registrar = CollectingRegistrar.OfPlugin();

    [Fact]
    public void The_plugin_registers_one_provider_for_the_host()
    {
        ProviderDescriptor provider = Assert.Single(_registrar.Providers);
        Assert.Equal("cpu_simd", provider.Name);
        Assert.Equal(DeviceKind.Cpu, provider.Device);
        Assert.Equal(Vector128.IsHardwareAccelerated, provider.Support.IsSupported);
    }

    [Theory]
    [InlineData("rms_norm", Inplace.Never)]
    [InlineData("fused_add_rms_norm", Inplace.May)]
    public void Each_kernel_says_what_it_takes(string op, Inplace inplace)
    {
        KernelDescriptor kernel = Assert.Single(_registrar.Kernels, k => k.Schema.StartsWith(op + "(", StringComparison.Ordinal));
        Assert.Equal(inplace, kernel.Inplace);
        Assert.Equal(DTypes.Floating, kernel.DTypes);
        Assert.True(kernel.BatchInvariant);
        Assert.True(kernel.Strided);
        Assert.Equal(1, kernel.Alignment);
        Assert.True(kernel.SameDType);
        Assert.Empty(kernel.Without);
        Assert.Equal(0, kernel.SupportsArgs);
    }

    [Fact]
    public void The_plugin_depends_on_nothing_but_the_contracts_and_the_base_library() => Assert.All(
        typeof(RmsNorm).Assembly.GetReferencedAssemblies(),
        reference => Assert.True(
            reference.Name == "PluginIr.Contracts" || reference.Name!.StartsWith("System.", StringComparison.Ordinal), reference.Name));
}
