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
    public CallTraits Accepts { get; } = Descriptor.AcceptedTraits();

    /// <summary>True when it takes every call that its op allows: nothing after it in a list can be reached.</summary>
    public bool AcceptsEverything => Descriptor is
    {
        SupportsArgs: 0, DTypes: DTypes.All, Strided: true, Alignment: 1, SameDType: false, Without.Count: 0,
    } && (Descriptor.Inplace != Inplace.Never || !Op.Descriptor.AllowInplace);
}
