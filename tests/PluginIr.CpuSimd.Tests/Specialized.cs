using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Tests;

/// <summary>Runs a kernel's work at a width of the test's choice.</summary>
internal static class Specialized
{
    public static void RunAt<TWork>(Width width, DType dtype, TWork work) where TWork : struct, IWork
    {
        switch (dtype)
        {
            case DType.Float32: RunAt<TWork, Float32Element>(width, work); break;
            case DType.Float16: RunAt<TWork, Float16Element>(width, work); break;
            case DType.BFloat16: RunAt<TWork, BFloat16Element>(width, work); break;
            default: throw new ArgumentOutOfRangeException(nameof(dtype));
        }
    }

    private static void RunAt<TWork, TElement>(Width width, TWork work)
        where TWork : struct, IWork
        where TElement : unmanaged, IElement<TElement>
    {
        switch (width)
        {
            case Width.Bits128: work.Run<TElement, Lanes128>(new KernelContext(), 0, work.Parts); break;
            case Width.Bits256: work.Run<TElement, Lanes256>(new KernelContext(), 0, work.Parts); break;
            default: work.Run<TElement, Lanes512>(new KernelContext(), 0, work.Parts); break;
        }
    }
}
