using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Rotary;

/// <summary>What <see cref="RotaryKernel"/> does, pair by pair: for heads of any size and address. A warp has a head; groups along x are tokens, along y heads.</summary>
internal static class ElementwiseRotaryKernel
{
    /// <summary>The kernel.</summary>
    public static void Run<TElement, TNorm>(RotaryArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TNorm : struct, INorm
    {
        int head = Grid.IdxY, pairs = a.RotaryDim / 2;
        bool isQuery = head < a.QueryHeads;
        long row = isQuery ? ((long)Grid.IdxX * a.QueryHeads) + head : ((long)Grid.IdxX * a.KeyHeads) + head - a.QueryHeads;
        row *= a.HeadSize;
        ArrayView<byte> source = isQuery ? a.Query : a.Key, target = isQuery ? a.QueryOut : a.KeyOut, weights = isQuery ? a.QueryWeight : a.KeyWeight;
        int type = isQuery ? a.QueryWeightType : a.KeyWeightType;
        float factor = 1f;
        if (TNorm.IsNormalized)
        {
            float sum = 0f;
            for (int i = Group.IdxX; i < a.HeadSize; i += Reduction.WarpSize)
            {
                float value = TElement.LoadOne(source, row + i);
                sum += value * value;
            }

            factor = 1f / MathF.Sqrt((Reduction.SumOfWarp(sum) / a.HeadSize) + a.Epsilon);
        }

        long position = Indices.At(a.Positions, a.IsWide, Grid.IdxX);
        bool isInCache = position >= 0 && position < a.CacheRows;
        for (int i = Group.IdxX; i < pairs; i += Reduction.WarpSize)
        {
            int lower = a.IsNeox != 0 ? i : 2 * i, upper = a.IsNeox != 0 ? i + pairs : (2 * i) + 1;
            float x = Read<TElement, TNorm>(source, row, lower, factor, weights, type), y = Read<TElement, TNorm>(source, row, upper, factor, weights, type);
            float cos = float.NaN, sin = float.NaN;
            if (isInCache)
            {
                cos = TElement.RoundOne(Numbers.LoadOne(a.Cache, a.CacheType, (position * a.RotaryDim) + i));
                sin = TElement.RoundOne(Numbers.LoadOne(a.Cache, a.CacheType, (position * a.RotaryDim) + pairs + i));
            }

            TElement.StoreOne(target, row + lower, (x * cos) - (y * sin));
            TElement.StoreOne(target, row + upper, (y * cos) + (x * sin));
        }

        for (int i = a.RotaryDim + Group.IdxX; i < a.HeadSize; i += Reduction.WarpSize)
            TElement.StoreOne(target, row + i, Read<TElement, TNorm>(source, row, i, factor, weights, type));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Read<TElement, TNorm>(ArrayView<byte> source, long row, int i, float factor, ArrayView<byte> weights, int type)
        where TElement : struct, IElement
        where TNorm : struct, INorm
    {
        float value = TElement.LoadOne(source, row + i);
        if (!TNorm.IsNormalized)
            return value;
        value *= factor;
        if (type >= 0)
            value = Numbers.RoundOne(Numbers.RoundOne(value, type) * Numbers.LoadOne(weights, type, i), type);
        return TElement.RoundOne(value);
    }
}
