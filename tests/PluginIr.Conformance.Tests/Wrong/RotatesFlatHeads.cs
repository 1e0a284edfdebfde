using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Rotates heads that lie side by side in a row, and no others.</summary>
[KernelProvider("rotates_flat_heads")]
internal static unsafe partial class RotatesFlatHeads
{
    [Kernel("rotary_embedding", DTypes = DTypes.Floating)]
    private static void Run(
        KernelContext context, Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cosSinCache, bool isNeoxStyle,
        Tensor queryOut, Tensor keyOut)
    {
        if (query.Rank == 2)
            RotaryEmbedding.Native(context, positions, query, key, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut);
    }
}
