using PluginIr.Cuda.Kernels;

namespace PluginIr.Cuda.Launching;

/// <summary>Every kernel that the provider may launch: what filling the cache ahead compiles, and what tests look at.</summary>
internal static class KernelCatalog
{
    /// <summary>The kernels, each once, though ops share some.</summary>
    public static IEnumerable<GpuKernel> All => new IEnumerable<GpuKernel>[]
    {
        RmsNorm.Table.Kernels,
        FusedAddRmsNorm.Table.Kernels,
        RmsNormStaticQuantFp8.Table.Kernels,
        FusedAddRmsNormStaticQuantFp8.Table.Kernels,
        RmsNormDynamicQuantFp8.Table.Kernels,
        FusedAddRmsNormDynamicQuantFp8.Table.Kernels,
        Add.Table.Kernels,
        Gelu.ByErf.Kernels,
        Gelu.ByTanh.Kernels,
        GeluNew.Table.Kernels,
        GeluFast.Table.Kernels,
        QuickGelu.Table.Kernels,
        SiluAndMul.Table.Kernels,
        GeluAndMul.ByErf.Kernels,
        GeluAndMul.ByTanh.Kernels,
        SiluAndMulStaticQuantFp8.Tables.SelectMany(table => table.Kernels),
        StaticQuantFp8.Tables.SelectMany(table => table.Kernels),
        DynamicQuantFp8.ByRow.Kernels,
        DynamicQuantFp8.Scale.Kernels,
        StaticGroupQuantFp8.Table.Kernels,
        DynamicGroupQuantFp8.Table.Kernels,
        Embedding.Table.Kernels,
        UpdateRows.Rows.Kernels,
        UpdateRows.Whole.Kernels,
        RotaryEmbedding.Table.Kernels,
        Attention.Table.Kernels,
        CachedAttention.Table.Kernels,
        Linear.Table.Kernels,
        RmsNormRotaryEmbedding.Table.Kernels,
        Argmax.Table.Kernels,
        [Zeroing.Kernel],
    }.SelectMany(kernels => kernels).DistinctBy(kernel => kernel.Name + kernel.MaxThreads);
}
