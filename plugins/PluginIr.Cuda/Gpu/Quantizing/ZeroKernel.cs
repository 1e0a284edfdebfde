using ILGPU;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>Writes zeros, one byte a thread: padding and results that are added up are small.</summary>
internal static class ZeroKernel
{
    /// <summary>The kernel.</summary>
    public static void Run(ZeroArguments<ArrayView<byte>> a)
    {
        long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i < a.Count)
            a.Memory[i] = 0;
    }
}
