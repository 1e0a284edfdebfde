using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd;

/// <summary>rms_norm_rotary_embedding: a token's heads are normalised and, while they are in the caches, turned; in place or not.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class RmsNormRotaryEmbedding
{
    /// <summary>Weights of query's dtype, or none, and a cache of query's dtype or of float32; other mixtures are left to native.</summary>
    internal static bool Accepts(
        TensorSpec positions, TensorSpec query, TensorSpec key, TensorSpec? queryWeight, TensorSpec? keyWeight, float epsilon, int headSize,
        int rotaryDim, TensorSpec cosSinCache, bool isNeoxStyle) =>
        (queryWeight is null || queryWeight.DType == query.DType) && (keyWeight is null || keyWeight.DType == query.DType) &&
        (cosSinCache.DType == DType.Float32 || cosSinCache.DType == query.DType);

    /// <summary>The kernel.</summary>
    /// <exception cref="OpArgumentException">A position is not in the cache. Nothing was written.</exception>
    [Kernel("rms_norm_rotary_embedding", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true, Strided = true,
        SupportsArgs = nameof(Accepts))]
    internal static void Run(
        KernelContext context, Tensor positions, Tensor query, Tensor key, Tensor? queryWeight, Tensor? keyWeight, float epsilon, int headSize,
        int rotaryDim, Tensor cosSinCache, bool isNeoxStyle, Tensor queryOut, Tensor keyOut)
    {
        // The definition refuses what is not in the cache in the same words for every provider.
        if (Indices.AreRowsOf(positions, cosSinCache) && RowTable.Suits(query) && RowTable.Suits(key) && RowTable.Suits(queryWeight) &&
            RowTable.Suits(keyWeight) && RowTable.Suits(cosSinCache) && RowTable.Suits(queryOut) && RowTable.Suits(keyOut))
        {
            Specialize.Run(context, query.DType, new Work(
                positions, query, key, queryWeight, keyWeight, epsilon, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut));
        }
        else
        {
            Ops.RmsNormRotaryEmbedding.Native(
                context, positions, query, key, queryWeight, keyWeight, epsilon, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut);
        }
    }

    /// <summary>One call. Every position is in the cache.</summary>
    internal readonly struct Work(
        Tensor positions, Tensor query, Tensor key, Tensor? queryWeight, Tensor? keyWeight, float epsilon, int headSize, int rotaryDim,
        Tensor cosSinCache, bool isNeoxStyle, Tensor queryOut, Tensor keyOut) : IWork
    {
        // What is normalised lies in the outputs, and is turned there.
        private readonly RotaryEmbedding.Work _turn = new(
            positions, queryOut, keyOut, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut);

        private readonly HeadTable _query = new(query, headSize), _queryOut = new(queryOut, headSize);
        private readonly HeadTable _key = new(key, headSize), _keyOut = new(keyOut, headSize);
        private readonly nint _queryHeads = (nint)query.Shape[1], _keyHeads = (nint)key.Shape[1];
        private readonly Normalization _queryNorm = new(queryWeight is null ? 0 : queryWeight.Address, epsilon, headSize, headSize);
        private readonly Normalization _keyNorm = new(keyWeight is null ? 0 : keyWeight.Address, epsilon, headSize, headSize);

        public nint Parts => _turn.Parts;

        public nint Grain => _turn.Grain;

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            using (Scratch<float> memory = context.Scratch<float>(_queryNorm.ScratchLength<TElement>()))
            {
                fixed (float* scratch = memory.Span)
                {
                    Normalize<TElement, TLanes>(in _queryNorm, in _query, first, end, _queryHeads, in _queryOut, scratch);
                    Normalize<TElement, TLanes>(in _keyNorm, in _key, first, end, _keyHeads, in _keyOut, scratch);
                }
            }

            _turn.Run<TElement, TLanes>(context, first, end);
        }

        private static void Normalize<TElement, TLanes>(
            in Normalization norm, in HeadTable input, nint first, nint end, nint heads, in HeadTable result, float* scratch)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            norm.Prepare<TElement, TLanes>(scratch);
            for (nint token = first; token < end; token++)
            {
                for (nint head = 0; head < heads; head++)
                {
                    // Turning can cancel all but the last places of what was rounded.
                    norm.ApplyPrecisely<TElement, TLanes>(
                        (TElement*)input.Address + input.Offset(token, head), (TElement*)result.Address + result.Offset(token, head), scratch);
                }
            }
        }
    }
}
