using System.Reflection;
using PluginIr.Cuda.Launching;
using Xunit;

namespace PluginIr.Cuda.Tests;

public sealed class CatalogTests
{
    [Fact]
    public void Every_class_with_code_for_the_gpu_is_used_by_a_kernel_of_the_catalog()
    {
        Type[] withKernels = [.. typeof(GpuKernel).Assembly.GetTypes().Where(type =>
            type.Namespace is { } space && space.StartsWith("PluginIr.Cuda.Gpu", StringComparison.Ordinal) &&
            type.GetMethod(GpuKernel.MethodName, BindingFlags.Static | BindingFlags.Public) is not null)];
        Assert.NotEmpty(withKernels);
        Assert.Empty(withKernels.Except(KernelCatalog.All.Select(kernel => kernel.Method().DeclaringType!)));
    }

    // Threads past a row's end read its last chunk again, and a magnitude counts what they read.
    [Fact]
    public void No_kernel_that_finds_its_scale_works_in_place() =>
        Assert.DoesNotContain(CollectingRegistrar.OfPlugin().Kernels, kernel => kernel.Schema.Contains("dynamic", StringComparison.Ordinal) && kernel.Inplace != Inplace.Never);

    [Fact]
    public void No_two_kernels_of_the_catalog_share_a_name_and_a_group_size() =>
        Assert.DoesNotContain(KernelCatalog.All.GroupBy(kernel => (kernel.Name, kernel.MaxThreads)), group => group.Count() > 1);
}
