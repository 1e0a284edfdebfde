using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Specialization;

/// <summary>Runs a kernel's work for the call's dtype and the processor's widest vectors.</summary>
internal static class Specialize
{
    /// <summary>Runs the work.</summary>
    /// <param name="context">The call's context.</param>
    /// <param name="dtype">The activations' dtype: one of <see cref="DTypes.Floating"/>.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another dtype, which the kernel's attribute should have kept away.</exception>
    public static unsafe void Run<TWork>(KernelContext context, DType dtype, in TWork work) where TWork : struct, IWork
    {
        delegate*<KernelContext, void*, nint, nint, void> chunk = dtype switch
        {
            DType.Float32 => Widest<TWork, Float32Element>(),
            DType.Float16 => Widest<TWork, Float16Element>(),
            DType.BFloat16 => Widest<TWork, BFloat16Element>(),
            _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Expected float32, float16 or bfloat16."),
        };

        // Works are readonly, which the compiler cannot know of a type parameter: by a readonly reference it would copy them for every member. They
        // lie in the caller's frame, where they stay.
        ref TWork shared = ref Unsafe.AsRef(in work);
        nint parts = shared.Parts; // One is not shared, whatever the grain, which takes a division.
        context.ParallelFor(parts, parts <= 1 ? 1 : shared.Grain, chunk, Unsafe.AsPointer(ref shared));
    }

    // The conditions are constants to the JIT: one is left. Lanes128 is what remains where nothing is accelerated, too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe delegate*<KernelContext, void*, nint, nint, void> Widest<TWork, TElement>()
        where TWork : struct, IWork
        where TElement : unmanaged, IElement<TElement> =>
        Vector512.IsHardwareAccelerated ? &Chunk<TWork, TElement, Lanes512>
        : Vector256.IsHardwareAccelerated ? &Chunk<TWork, TElement, Lanes256>
        : &Chunk<TWork, TElement, Lanes128>;

    private static unsafe void Chunk<TWork, TElement, TLanes>(KernelContext context, void* work, nint first, nint end)
        where TWork : struct, IWork
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        Unsafe.AsRef<TWork>(work).Run<TElement, TLanes>(context, first, end);
}
