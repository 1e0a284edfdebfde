using System.Collections.Concurrent;
using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Tests.Ptx;

/// <summary>Every kernel of the provider as PTX, compiled once for each target.</summary>
public sealed class CompiledKernels : IDisposable
{
    private readonly PtxCompiler _compiler = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<(GpuKernel Kernel, string Ptx)>> _modules = new();

    /// <summary>All kernels for <c>sm_80</c> or <c>sm_90</c>.</summary>
    internal IReadOnlyList<(GpuKernel Kernel, string Ptx)> For(string target) => _modules.GetOrAdd(
        target,
        _ => [.. KernelCatalog.All.Select(kernel => (kernel, _compiler.Compile(kernel, target == "sm_80" ? PtxTarget.Sm80 : PtxTarget.Sm90).Text))]);

    public void Dispose() => _compiler.Dispose();
}
