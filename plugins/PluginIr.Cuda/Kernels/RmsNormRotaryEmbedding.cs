using PluginIr.Cuda.Gpu.Rotary;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>
/// rms_norm_rotary_embedding: heads are read once and written once. A position that is not in the cache makes NaN, as in
/// <see cref="RotaryEmbedding"/>. See <see cref="RotaryKernel"/>.
/// </summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class RmsNormRotaryEmbedding
{
    /// <summary>What it launches.</summary>
    internal static readonly RotaryTable Table = new(typeof(Normed));

    /// <summary>The kernel.</summary>
    [Kernel("rms_norm_rotary_embedding", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true)]
    internal static void Run(
        KernelContext context, Tensor positions, Tensor query, Tensor key, Tensor? queryWeight, Tensor? keyWeight, float epsilon, int headSize,
        int rotaryDim, Tensor cosSinCache, bool isNeoxStyle, Tensor queryOut, Tensor keyOut) =>
        Table.Launch(context, new RotaryCall
        {
            Positions = positions,
            Query = query,
            Key = key,
            QueryOut = queryOut,
            KeyOut = keyOut,
            QueryWeight = queryWeight,
            KeyWeight = keyWeight,
            Cache = cosSinCache,
            HeadSize = headSize,
            RotaryDim = rotaryDim,
            IsNeox = isNeoxStyle,
            Epsilon = epsilon,
        });
}
