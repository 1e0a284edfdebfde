using PluginIr.Dispatch;
using PluginIr.Registration;

namespace PluginIr.Runtime.Registry;

/// <summary>A kernel in a snapshot.</summary>
/// <param name="Index">Its position in <see cref="RegistrySnapshot.Kernels"/>.</param>
/// <param name="Op">Its op.</param>
/// <param name="Provider">Its provider.</param>
/// <param name="Descriptor">What its plugin registered.</param>
/// <param name="Generation">Where it comes from.</param>
public sealed record RegisteredKernel(int Index, RegisteredOp Op, RegisteredProvider Provider, KernelDescriptor Descriptor, Generation Generation)
{
    /// <summary>The call traits that it takes.</summary>
    public CallTraits Accepts { get; } = AcceptedTraits(Descriptor);

    /// <summary>True when it takes every call that its op allows: nothing after it in a list can be reached.</summary>
    public bool AcceptsEverything => Descriptor is { SupportsArgs: 0, DTypes: DTypes.All, Strided: true, Alignment: 1 };

    private static CallTraits AcceptedTraits(KernelDescriptor kernel)
    {
        var accepts = (CallTraits)kernel.DTypes;
        if (kernel.Strided)
            accepts |= CallTraits.Strided | CallTraits.NegativeStride;
        if (kernel.Alignment < 16)
            accepts |= CallTraits.Unaligned16;
        if (kernel.Alignment < 64)
            accepts |= CallTraits.Unaligned64;
        if (kernel.Inplace != Inplace.Never)
            accepts |= CallTraits.Aliased;
        return accepts;
    }
}
