using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu;

/// <summary>What a tensor core does, for kernels that are tried on the host: a simulated warp is 32 threads of the host that meet here.</summary>
internal static class SimulatedTensorCore
{
    private const int MostThreads = 1024;

    // What each thread of the group gives. A simulation has one group at a time.
    private static readonly (Quad Weights, uint XLow, uint XHigh)[] s_given = new (Quad, uint, uint)[MostThreads];

    /// <summary>The product: see <see cref="Instructions.MultiplyBFloat16"/>.</summary>
    public static Tile Multiply<TElement>(Tile sums, Quad weights, uint xLow, uint xHigh) where TElement : struct, ITensorCoreElement
    {
        int lane = Group.IdxX % Reduction.WarpSize, first = Group.IdxX - lane, output = lane / 4, row = lane % 4 * 2;
        s_given[Group.IdxX] = (weights, xLow, xHigh);
        Warp.Barrier();
        for (int place = 0; place < 4; place++)
        {
            Quad own = s_given[first + (4 * output) + place].Weights;
            (_, uint low0, uint high0) = s_given[first + (4 * row) + place];
            (_, uint low1, uint high1) = s_given[first + (4 * (row + 1)) + place];
            sums.A += Dot<TElement>(own.A, low0) + Dot<TElement>(own.C, high0);
            sums.B += Dot<TElement>(own.A, low1) + Dot<TElement>(own.C, high1);
            sums.C += Dot<TElement>(own.B, low0) + Dot<TElement>(own.D, high0);
            sums.D += Dot<TElement>(own.B, low1) + Dot<TElement>(own.D, high1);
        }

        Warp.Barrier();
        return sums;
    }

    private static float Dot<TElement>(uint left, uint right) where TElement : struct, ITensorCoreElement =>
        (TElement.Low(left) * TElement.Low(right)) + (TElement.High(left) * TElement.High(right));
}
