using PluginIr.Cuda.Gpu.Rotary;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>
/// rotary_embedding. Positions are data on the device, which a launch cannot look at without waiting for it: where the definition refuses a
/// position that is not in the cache, the token's turned elements here are NaN. See <see cref="RotaryKernel"/>.
/// </summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class RotaryEmbedding
{
    /// <summary>What it launches.</summary>
    internal static readonly RotaryTable Table = new(typeof(Plain));

    /// <summary>The kernel.</summary>
    [Kernel("rotary_embedding", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true)]
    internal static void Run(
        KernelContext context, Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cosSinCache, bool isNeoxStyle,
        Tensor queryOut, Tensor keyOut) =>
        Table.Launch(context, new RotaryCall
        {
            Positions = positions,
            Query = query,
            Key = key,
            QueryOut = queryOut,
            KeyOut = keyOut,
            Cache = cosSinCache,
            HeadSize = headSize,
            RotaryDim = rotaryDim,
            IsNeox = isNeoxStyle,
        });
}
