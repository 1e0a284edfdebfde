using System.Runtime.InteropServices;

namespace PluginIr.Dispatch;

/// <summary>What dispatch reads of one kernel. Rows of an op for one device kind are neighbours, in order of priority.</summary>
/// <remarks>
/// Pointers point at static methods of the kernel's plugin; they are valid while a snapshot that holds them is entered.
/// <c>Entry</c> takes <c>(KernelContext, inputs…, outputs…)</c> with the CLR types that the schema gives, the packed entry
/// <c>(KernelContext, in KernelArguments)</c>; the predicates likewise with specs in place of tensors.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public readonly struct KernelRow
{
    /// <summary>The kernel, typed.</summary>
    public nint Entry { get; init; }

    /// <summary>The predicate, typed; 0 when the kernel has none.</summary>
    public nint SupportsArgs { get; init; }

    /// <summary>The kernel, with its arguments in spans: for graphs, tests and calls by name.</summary>
    public nint PackedEntry { get; init; }

    /// <summary>The predicate, with its arguments in spans; 0 when the kernel has none.</summary>
    public nint PackedSupportsArgs { get; init; }

    /// <summary>The call traits that the kernel takes.</summary>
    public CallTraits Accepts { get; init; }

    /// <summary>The kernel's index in the snapshot's table of kernels.</summary>
    public int Kernel { get; init; }

    /// <summary>How outputs may relate to activations.</summary>
    public Inplace Inplace { get; init; }

    /// <summary>True when the kernel is reached only because every explicitly configured provider declined; the runtime is then told.</summary>
    public bool IsFallback { get; init; }
}
