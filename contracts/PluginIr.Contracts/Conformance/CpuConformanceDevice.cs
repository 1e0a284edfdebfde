namespace PluginIr.Conformance;

/// <summary>Host memory, where kernels for <c>cpu</c> work.</summary>
/// <param name="workers">The threads that the kernel may share; null for the calling one alone.</param>
public sealed class CpuConformanceDevice(WorkerPool? workers = null) : IConformanceDevice
{
    /// <inheritdoc/>
    public KernelContext Context { get; } = new() { Workers = workers };

    /// <inheritdoc/>
    public Tensor Place(Tensor host)
    {
        Tensor copy = Tensor.Empty(host.Spec);
        copy.CopyFrom(host);
        return copy;
    }

    /// <inheritdoc/>
    public Tensor Fetch(Tensor placed) => placed.Alias();
}
