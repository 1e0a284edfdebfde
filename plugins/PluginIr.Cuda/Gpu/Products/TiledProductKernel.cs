using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Products;

/// <summary>A linear layer of any size and address, for where there is no cuBLAS: tiles of 32 rows by 32 outputs, summed in float32.</summary>
/// <remarks>Groups along x are tiles of outputs, along y tiles of rows. Each of 64 threads has 4 rows by 4 outputs.</remarks>
internal static class TiledProductKernel
{
    /// <summary>Rows and outputs of a tile.</summary>
    public const int Tile = 32;

    /// <summary>Threads of a group.</summary>
    public const int Threads = 64;

    private const int Depth = 16, Pitch = Tile + 1;

    /// <summary>The kernel.</summary>
    public static void Run<TElement>(ProductArguments<ArrayView<byte>> a) where TElement : struct, IElement
    {
        ArrayView<float> xs = SharedMemory.Allocate<float>(Depth * Pitch), weights = SharedMemory.Allocate<float>(Depth * Pitch);
        int firstRow = Grid.IdxY * Tile, firstOutput = Grid.IdxX * Tile, x = 4 * (Group.IdxX & 7), y = 4 * (Group.IdxX >> 3);
        Four s0 = default, s1 = default, s2 = default, s3 = default;
        for (int inner = 0; inner < a.Inner; inner += Depth)
        {
            for (int i = Group.IdxX; i < Tile * Depth; i += Threads)
            {
                int k = i % Depth, at = i / Depth, place = (k * Pitch) + at;
                bool isInside = inner + k < a.Inner;
                xs[place] = isInside && firstRow + at < a.Rows ? TElement.LoadOne(a.X, ((long)(firstRow + at) * a.Inner) + inner + k) : 0f;
                weights[place] = isInside && firstOutput + at < a.Outer
                    ? TElement.LoadOne(a.Weight, ((long)(firstOutput + at) * a.Inner) + inner + k)
                    : 0f;
            }

            Group.Barrier();
            for (int k = 0; k < Depth; k++)
            {
                int row = (k * Pitch) + y, column = (k * Pitch) + x;
                var w = new Four { A = weights[column], B = weights[column + 1], C = weights[column + 2], D = weights[column + 3] };
                s0 = Four.AddProduct(s0, w, xs[row]);
                s1 = Four.AddProduct(s1, w, xs[row + 1]);
                s2 = Four.AddProduct(s2, w, xs[row + 2]);
                s3 = Four.AddProduct(s3, w, xs[row + 3]);
            }

            Group.Barrier();
        }

        Store<TElement>(a, firstRow + y, firstOutput + x, s0);
        Store<TElement>(a, firstRow + y + 1, firstOutput + x, s1);
        Store<TElement>(a, firstRow + y + 2, firstOutput + x, s2);
        Store<TElement>(a, firstRow + y + 3, firstOutput + x, s3);
    }

    private static void Store<TElement>(ProductArguments<ArrayView<byte>> a, int row, int output, Four x) where TElement : struct, IElement
    {
        long at = ((long)row * a.Outer) + output;
        if (row < a.Rows && output < a.Outer)
            TElement.StoreOne(a.Output, at, x.A);
        if (row < a.Rows && output + 1 < a.Outer)
            TElement.StoreOne(a.Output, at + 1, x.B);
        if (row < a.Rows && output + 2 < a.Outer)
            TElement.StoreOne(a.Output, at + 2, x.C);
        if (row < a.Rows && output + 3 < a.Outer)
            TElement.StoreOne(a.Output, at + 3, x.D);
    }
}
