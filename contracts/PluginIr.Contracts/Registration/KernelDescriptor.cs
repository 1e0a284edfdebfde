using PluginIr.Dispatch;
using PluginIr.Schemas;

namespace PluginIr.Registration;

/// <summary>A kernel as its plugin registers it. Pointers are as <see cref="Dispatch.KernelRow"/> says.</summary>
public sealed class KernelDescriptor
{
    /// <summary>The canonical schema text of the op that it was compiled against.</summary>
    public required string Schema { get; init; }

    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>The method, for messages: <c>Namespace.Type.Method</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The kernel, typed.</summary>
    public required nint Entry { get; init; }

    /// <summary>The kernel, packed.</summary>
    public required nint PackedEntry { get; init; }

    /// <summary>The predicate, typed; 0 for none.</summary>
    public nint SupportsArgs { get; init; }

    /// <summary>The predicate, packed; 0 for none.</summary>
    public nint PackedSupportsArgs { get; init; }

    /// <summary>The dtypes accepted for activations.</summary>
    public DTypes DTypes { get; init; } = DTypes.All;

    /// <summary>How outputs may relate to activations.</summary>
    public Inplace Inplace { get; init; }

    /// <summary>True when a row's result does not depend on how many rows there are.</summary>
    public bool BatchInvariant { get; init; }

    /// <summary>True when tensors may be strided.</summary>
    public bool Strided { get; init; }

    /// <summary>True when floating-point inputs must be of one dtype.</summary>
    public bool SameDType { get; init; }

    /// <summary>The optional inputs that must not be given.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>The alignment that every address must have: 1, 16 or 64 bytes.</summary>
    public int Alignment { get; init; } = 1;

    /// <summary>The traits of calls that the kernel takes, its predicate apart.</summary>
    /// <exception cref="FormatException">The schema is malformed.</exception>
    public CallTraits AcceptedTraits()
    {
        CallTraits accepts = CallTraits.Call | (CallTraits)DTypes;
        if (!SameDType)
            accepts |= CallTraits.MixedDTypes;
        foreach ((string name, CallTraits trait) in OptionalTraits.Of(OpSchema.Parse(Schema)))
            accepts |= Without.Contains(name) ? CallTraits.None : trait;
        if (Strided)
            accepts |= CallTraits.Strided | CallTraits.NegativeStride;
        if (Alignment < 16)
            accepts |= CallTraits.Unaligned16;
        if (Alignment < 64)
            accepts |= CallTraits.Unaligned64;
        if (Inplace != Inplace.Never)
            accepts |= CallTraits.Aliased;
        return accepts;
    }
}
