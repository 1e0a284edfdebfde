namespace PluginIr.Dispatch;

/// <summary>What a call brings that not every kernel takes. A kernel's row holds the traits it accepts.</summary>
/// <remarks>
/// Each tensor carries its own traits, computed once; a call's are the OR of its tensors'; a row takes the call when
/// <c>(call &amp; ~row.Accepts) == 0</c>: dtypes, layout, alignment and aliasing in one comparison.
/// </remarks>
[Flags]
public enum CallTraits : uint
{
    /// <summary>Nothing out of the ordinary.</summary>
    None = 0,

    /// <summary>The bits that say which dtypes occur among the activations: the values of <see cref="DTypes"/>.</summary>
    DTypeMask = 0xFFFF,

    /// <summary>Some tensor is not contiguous.</summary>
    Strided = 1 << 16,

    /// <summary>Some tensor has a negative stride.</summary>
    NegativeStride = 1 << 17,

    /// <summary>Some address is not a multiple of 16 bytes.</summary>
    Unaligned16 = 1 << 18,

    /// <summary>Some address is not a multiple of 64 bytes.</summary>
    Unaligned64 = 1 << 19,

    /// <summary>Some output is the same memory as its activation.</summary>
    Aliased = 1 << 20,

    /// <summary>Floating-point inputs, activations or not, are of more than one dtype.</summary>
    MixedDTypes = 1 << 21,

    /// <summary>The op's first optional input is given; the bits after it stand for the second and so on, seven in all.</summary>
    FirstOptional = 1 << 22,

    /// <summary>Every call has it. What stands where an op has no kernel accepts nothing, and so not this.</summary>
    Call = 1 << 30,

    /// <summary>Some tensor was disposed. No kernel accepts it.</summary>
    Disposed = 1u << 31,
}
