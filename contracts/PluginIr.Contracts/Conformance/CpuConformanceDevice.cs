namespace PluginIr.Conformance;

/// <summary>Host memory, where kernels for <c>cpu</c> work.</summary>
public sealed class CpuConformanceDevice : IConformanceDevice
{
    /// <inheritdoc/>
    public KernelContext Context { get; } = new();

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
