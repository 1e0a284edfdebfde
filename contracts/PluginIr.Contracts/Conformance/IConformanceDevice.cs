namespace PluginIr.Conformance;

/// <summary>Where a kernel's memory is. Cases are made on the host; this takes their memory to the kernel's device and back.</summary>
public interface IConformanceDevice
{
    /// <summary>What the kernel is called with. Used by one thread at a time.</summary>
    KernelContext Context { get; }

    /// <summary>A copy of a contiguous host tensor on the device, at an address that is a multiple of 64. The kit disposes it.</summary>
    Tensor Place(Tensor host);

    /// <summary>
    /// A host tensor with what a placed one holds once all that was launched on <see cref="Context"/>'s stream is done. The kit disposes it.
    /// </summary>
    Tensor Fetch(Tensor placed);
}
