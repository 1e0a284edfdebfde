using System.Runtime.Intrinsics;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Specialization;

/// <summary>Runs a kernel's work for the call's dtype and the processor's widest vectors.</summary>
internal static class Specialize
{
    /// <summary>Runs the work.</summary>
    /// <param name="dtype">The activations' dtype: one of <see cref="DTypes.Floating"/>.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another dtype, which the kernel's attribute should have kept away.</exception>
    public static void Run<TWork>(DType dtype, in TWork work) where TWork : struct, IWork
    {
        switch (dtype)
        {
            case DType.Float32: RunWidest<TWork, Float32Element>(in work); break;
            case DType.Float16: RunWidest<TWork, Float16Element>(in work); break;
            case DType.BFloat16: RunWidest<TWork, BFloat16Element>(in work); break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Expected float32, float16 or bfloat16.");
        }
    }

    // The conditions are constants to the JIT: one call is left.
    private static void RunWidest<TWork, TElement>(in TWork work)
        where TWork : struct, IWork
        where TElement : unmanaged, IElement<TElement>
    {
        if (Vector512.IsHardwareAccelerated)
            work.Run<TElement, Lanes512>();
        else if (Vector256.IsHardwareAccelerated)
            work.Run<TElement, Lanes256>();
        else
            work.Run<TElement, Lanes128>();
    }
}
