using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Accesses;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Searching;

/// <summary>The place of the greatest element of a part of a row. Groups along x have rows, along y parts, which begin at multiples of 8.</summary>
internal static class ArgmaxKernel
{
    /// <summary>Threads of a group.</summary>
    public const int Threads = 256;

    /// <summary>The kernel.</summary>
    /// <typeparam name="TElement">The element type.</typeparam>
    /// <typeparam name="TAccess">How eight elements are read.</typeparam>
    public static void Run<TElement, TAccess>(SearchArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TAccess : struct, IAccess
    {
        long row = Grid.IdxX;
        int first = Grid.IdxY * a.ElementsOfSplit, end = IntrinsicMath.Min(first + a.ElementsOfSplit, a.Hidden);
        long greatest = Place.None;
        for (int i = first + (Group.IdxX * Chunk.Length); i < end; i += Threads * Chunk.Length)
            greatest = IntrinsicMath.Max(greatest, Greatest(TAccess.Load<TElement>(a.X, (row * a.Hidden) + i, end - i), i, end - i));
        greatest = Place.GreatestOfGroup(greatest);
        if (Group.IdxX != 0)
            return;
        if (a.Splits == 1)
            a.Output.Cast<long>()[row] = Place.IndexOf(greatest);
        else
            a.Partial.Cast<long>()[(row * a.Splits) + Grid.IdxY] = greatest;
    }

    // What is read past the row's end is no element.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Greatest(Chunk x, int index, int count)
    {
        long greatest = Place.Of(x.A, index);
        greatest = IntrinsicMath.Max(greatest, count > 1 ? Place.Of(x.B, index + 1) : Place.None);
        greatest = IntrinsicMath.Max(greatest, count > 2 ? Place.Of(x.C, index + 2) : Place.None);
        greatest = IntrinsicMath.Max(greatest, count > 3 ? Place.Of(x.D, index + 3) : Place.None);
        greatest = IntrinsicMath.Max(greatest, count > 4 ? Place.Of(x.E, index + 4) : Place.None);
        greatest = IntrinsicMath.Max(greatest, count > 5 ? Place.Of(x.F, index + 5) : Place.None);
        greatest = IntrinsicMath.Max(greatest, count > 6 ? Place.Of(x.G, index + 6) : Place.None);
        return IntrinsicMath.Max(greatest, count > 7 ? Place.Of(x.H, index + 7) : Place.None);
    }
}
