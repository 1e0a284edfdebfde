using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd;

/// <summary>
/// rotary_embedding: <c>out₁ = x₁ · cos - x₂ · sin; out₂ = x₂ · cos + x₁ · sin</c> in float32, rounded once, with cos and sin rounded to
/// query's dtype; in place or not. Bit for bit the definition's result.
/// </summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class RotaryEmbedding
{
    /// <summary>A cache of query's dtype or of float32; other mixtures are left to native.</summary>
    internal static bool Accepts(
        TensorSpec positions, TensorSpec query, TensorSpec key, int headSize, int rotaryDim, TensorSpec cosSinCache, bool isNeoxStyle) =>
        cosSinCache.DType == DType.Float32 || cosSinCache.DType == query.DType;

    /// <summary>The kernel.</summary>
    /// <exception cref="OpArgumentException">A position is not in the cache. Nothing was written.</exception>
    [Kernel("rotary_embedding", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true, Strided = true,
        SupportsArgs = nameof(Accepts))]
    internal static void Run(
        KernelContext context, Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cosSinCache, bool isNeoxStyle,
        Tensor queryOut, Tensor keyOut)
    {
        // The definition refuses what is not in the cache in the same words for every provider.
        if (Indices.AreRowsOf(positions, cosSinCache) && RowTable.Suits(query) && RowTable.Suits(key) && RowTable.Suits(cosSinCache) &&
            RowTable.Suits(queryOut) && RowTable.Suits(keyOut))
        {
            Specialize.Run(context, query.DType, new Work(
                positions, query, key, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut));
        }
        else
        {
            Ops.RotaryEmbedding.Native(context, positions, query, key, headSize, rotaryDim, cosSinCache, isNeoxStyle, queryOut, keyOut);
        }
    }

    /// <summary>One call. Every position is in the cache.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
    internal readonly struct Work(
        Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cosSinCache, bool isNeoxStyle, Tensor queryOut,
        Tensor keyOut) : IWork
    {
        private readonly Tensor _positions = positions;
        private readonly RowTable _cache = new(cosSinCache);
        private readonly bool _cacheIsSingle = cosSinCache.DType == DType.Float32;
        private readonly bool _isNeoxStyle = isNeoxStyle;
        private readonly nint _headSize = headSize;
        private readonly nint _rotaryDim = rotaryDim;
        private readonly HeadTable _query = new(query, headSize), _queryOut = new(queryOut, headSize);
        private readonly HeadTable _key = new(key, headSize), _keyOut = new(keyOut, headSize);
        private readonly bool _streams =
            Streaming.Suits(queryOut, query, BytesOf(queryOut, keyOut)) && Streaming.Suits(keyOut, key, BytesOf(queryOut, keyOut)) &&
            Streaming.IsAligned(headSize * query.DType.Size()) && Streaming.IsAligned(rotaryDim / 2 * query.DType.Size());
        private readonly nint _queryHeads = HeadsOf(query, headSize), _keyHeads = HeadsOf(key, headSize);

        public nint Parts => (nint)_positions.ElementCount;

        public nint Grain => KernelContext.GrainOf(2 * (_queryHeads + _keyHeads) * _headSize * sizeof(float));

        // A row of the cache, and as much again for each: cosines and sines of every element, or the row in the activations' dtype. Vectors read
        // past the end of a row's halves.
        private nint RowLength => Padding.ToVector(_rotaryDim) + Padding.ToVector(1);

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            nint pairs = _rotaryDim / 2;
            using Scratch<float> memory = context.Scratch<float>(3 * RowLength);
            fixed (float* scratch = memory.Span)
            {
                for (nint t = first; t < end; t++)
                {
                    float* cosSin = CosinesAndSines<TElement, TLanes>((nint)_positions.ReadIndex(t), scratch);
                    float* cos = _isNeoxStyle ? cosSin : scratch + RowLength, sin = cos + (_isNeoxStyle ? pairs : RowLength);
                    if (!_isNeoxStyle)
                        Rotation.SpreadToNeighbors(cosSin, pairs, cos, sin);

                    Rotate<TElement, TLanes>(in _query, t, _queryHeads, cos, sin, in _queryOut);
                    Rotate<TElement, TLanes>(in _key, t, _keyHeads, cos, sin, in _keyOut);
                }
            }

            Streaming.Complete(_streams);
        }

        // What a call reads and writes.
        private static long BytesOf(Tensor queryOut, Tensor keyOut) => 2 * (queryOut.Spec.ByteCount + keyOut.Spec.ByteCount);

        private static nint HeadsOf(Tensor tensor, int headSize) => (nint)(tensor.Rank == 3 ? tensor.Shape[1] : tensor.Last / headSize);

        // One cosine for each pair and then one sine, rounded to the activations' dtype.
        private float* CosinesAndSines<TElement, TLanes>(nint position, float* scratch)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            nint row = _cache.At(position);
            bool isRounded = !_cacheIsSingle || typeof(TElement) == typeof(Float32Element);
            if (_cacheIsSingle && isRounded && _rotaryDim % (2 * TLanes.Count) == 0)
                return (float*)row;
            if (_cacheIsSingle)
                Singles.Widen<Float32Element, TLanes>((Float32Element*)row, _rotaryDim, scratch);
            else
                Singles.Widen<TElement, TLanes>((TElement*)row, _rotaryDim, scratch);
            if (!isRounded)
            {
                var rounded = (TElement*)(scratch + RowLength);
                Singles.Narrow<TElement, TLanes>(scratch, _rotaryDim, rounded);
                Singles.Widen<TElement, TLanes>(rounded, _rotaryDim, scratch);
            }

            return scratch;
        }

        private void Rotate<TElement, TLanes>(in HeadTable input, nint token, nint heads, float* cos, float* sin, in HeadTable result)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            if (_isNeoxStyle)
            {
                Rotation.TurnHalves<TElement, TLanes>(
                    (TElement*)input.Address + input.Offset(token, 0), input.Offset(0, 1), heads, _rotaryDim / 2, cos, sin,
                    (TElement*)result.Address + result.Offset(token, 0), result.Offset(0, 1), _streams);
                if (_rotaryDim == _headSize)
                    return;
            }

            for (nint head = 0; head < heads; head++)
            {
                TElement* x = (TElement*)input.Address + input.Offset(token, head), output = (TElement*)result.Address + result.Offset(token, head);
                if (!_isNeoxStyle)
                    Rotation.TurnNeighbors<TElement, TLanes>(x, _rotaryDim, cos, sin, output);
                if (_rotaryDim < _headSize && x != output)
                    Copy(x + _rotaryDim, output + _rotaryDim, _headSize - _rotaryDim);
            }
        }

        private static void Copy<TElement>(TElement* source, TElement* target, nint count) where TElement : unmanaged =>
            Buffer.MemoryCopy(source, target, count * sizeof(TElement), count * sizeof(TElement));
    }
}
