using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Attending;

/// <summary>Brings the parts of <see cref="AttentionKernel"/> together. A group has one query of one head.</summary>
internal static class CombineKernel
{
    /// <summary>Threads of a group.</summary>
    public const int Threads = 64;

    /// <summary>The kernel.</summary>
    public static void Run<TElement>(AttentionArguments<ArrayView<byte>> a) where TElement : struct, IElement
    {
        long row = Grid.IdxX;
        int keys = Sequences.KeysOf(a, Grid.IdxX / a.Heads / a.Queries), splits = (keys + a.KeysOfSplit - 1) / a.KeysOfSplit, pitch = a.Size + 2;
        ArrayView<float> parts = a.Partial.Cast<float>();
        long first = row * a.Splits * pitch;
        float maximum = float.NegativeInfinity;
        for (int split = 0; split < splits; split++)
            maximum = IntrinsicMath.Max(maximum, parts[first + ((long)split * pitch)]);
        float shift = Softmax.Shift(maximum);
        for (int i = Group.IdxX; i < a.Size; i += Threads)
        {
            float sum = 0f, value = 0f;
            for (int split = 0; split < splits; split++)
            {
                long part = first + ((long)split * pitch);
                float weight = Instructions.Exp2(parts[part] - shift);
                sum += parts[part + 1] * weight;
                value += parts[part + 2 + i] * weight;
            }

            TElement.StoreOne(a.Output, (row * a.Size) + i, value / sum);
        }
    }
}
