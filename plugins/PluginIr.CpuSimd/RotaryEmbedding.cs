using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>
/// rotary_embedding: <c>out₁ = x₁ · cos - x₂ · sin; out₂ = x₂ · cos + x₁ · sin</c> in float32, rounded once, with cos and sin rounded to
/// query's dtype; in place or not. Bit for bit the definition's result.
/// </summary>
[KernelProvider(CpuSimdProvider.Name, Supported = nameof(Supported))]
internal static unsafe partial class RotaryEmbedding
{
    private static Support Supported() => CpuSimdProvider.Support();

    /// <summary>A cache of query's dtype or of float32; other mixtures are left to native.</summary>
    internal static bool Accepts(
        TensorSpec positions, TensorSpec query, TensorSpec key, int headSize, int rotaryDim, TensorSpec cosSinCache, bool isNeoxStyle) =>
        cosSinCache.DType == DType.Float32 || cosSinCache.DType == query.DType;

    /// <summary>The kernel.</summary>
    /// <exception cref="OpArgumentException">A position is not in the cache. Nothing was written.</exception>
    [Kernel("rotary_embedding", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true, SupportsArgs = nameof(Accepts))]
    internal static void Run(
        KernelContext context, Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cosSinCache, bool isNeoxStyle,
        Tensor queryOut, Tensor keyOut)
    {
        for (long t = 0; t < positions.ElementCount; t++)
        {
            if ((ulong)positions.ReadIndex(t) >= (ulong)cosSinCache.Shape[0])
            {
                // The definition refuses it in the same words for every provider.
                Ops.RotaryEmbedding.Native(context, positions, query, key, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut);
            }
        }

        using Scratch<float> memory = context.Scratch<float>(Work.ScratchSize(rotaryDim));
        fixed (float* scratch = memory.Span)
        {
            Specialize.Run(query.DType, new Work(
                positions, query, key, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut, scratch));
        }
    }

    /// <summary>One call. Every position is in the cache.</summary>
    internal readonly struct Work(
        Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cosSinCache, bool isNeoxStyle, Tensor queryOut,
        Tensor keyOut, float* scratch) : IWork
    {
        private readonly Tensor _positions = positions;
        private readonly nint _tokens = (nint)positions.ElementCount;
        private readonly nint _cache = cosSinCache.Address;
        private readonly bool _cacheIsSingle = cosSinCache.DType == DType.Float32;
        private readonly bool _isNeoxStyle = isNeoxStyle;
        private readonly nint _headSize = headSize;
        private readonly nint _rotaryDim = rotaryDim;
        private readonly nint _query = query.Address, _queryOut = queryOut.Address, _queryCount = (nint)query.ElementCount;
        private readonly nint _key = key.Address, _keyOut = keyOut.Address, _keyCount = (nint)key.ElementCount;
        private readonly float* _cos = scratch;
        private readonly float* _sin = scratch + (ScratchSize(rotaryDim) / 2);

        /// <summary>How many float32 of scratch memory a call needs: cos and sin for every element, to a whole vector each.</summary>
        public static int ScratchSize(int rotaryDim) => 2 * ((rotaryDim + 15) / 16 * 16);

        public void Run<TElement, TLanes>()
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            if (_cacheIsSingle)
                RunTokens<Float32Element, TElement, TLanes>();
            else
                RunTokens<TElement, TElement, TLanes>();
        }

        private void RunTokens<TCache, TElement, TLanes>()
            where TCache : unmanaged, IElement<TCache>
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            if (_tokens == 0)
                return;
            nint queryRow = _queryCount / _tokens, keyRow = _keyCount / _tokens;
            for (nint t = 0; t < _tokens; t++)
            {
                TCache* cosSin = (TCache*)_cache + ((nint)_positions.ReadIndex(t) * _rotaryDim);
                if (_isNeoxStyle)
                    Rotation.PrepareHalves<TCache, TElement, TLanes>(cosSin, _rotaryDim / 2, _cos, _sin);
                else
                    Rotation.PrepareNeighbors<TCache, TElement, TLanes>(cosSin, _rotaryDim / 2, _cos, _sin);
                Rotate<TElement, TLanes>((TElement*)_query + (t * queryRow), queryRow, (TElement*)_queryOut + (t * queryRow));
                Rotate<TElement, TLanes>((TElement*)_key + (t * keyRow), keyRow, (TElement*)_keyOut + (t * keyRow));
            }
        }

        private void Rotate<TElement, TLanes>(TElement* x, nint count, TElement* output)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            for (nint head = 0; head < count; head += _headSize)
            {
                if (_isNeoxStyle)
                    Rotation.TurnHalves<TElement, TLanes>(x + head, _rotaryDim / 2, _cos, _sin, output + head);
                else
                    Rotation.TurnNeighbors<TElement, TLanes>(x + head, _rotaryDim, _cos, _sin, output + head);
                if (_rotaryDim < _headSize && x != output)
                    Copy(x + head + _rotaryDim, output + head + _rotaryDim, _headSize - _rotaryDim);
            }
        }

        private static void Copy<TElement>(TElement* source, TElement* target, nint count) where TElement : unmanaged =>
            Buffer.MemoryCopy(source, target, count * sizeof(TElement), count * sizeof(TElement));
    }
}
