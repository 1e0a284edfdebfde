using PluginIr.CpuSimd.Products;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Searching;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>linear_argmax: the products of <see cref="Linear"/>, bit for bit, searched block by block as they are made and kept nowhere.</summary>
/// <remarks>
/// Each block of columns leaves one place for each row; the best of a row's is the call's. Which thread makes a block, and when, changes nothing.
/// </remarks>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class LinearArgmax
{
    /// <summary>The kernel.</summary>
    [Kernel("linear_argmax", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor weight, Tensor output)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(weight) || !output.IsContiguous || weight.Shape[0] > int.MaxValue ||
            x.Rows > Array.MaxLength / MatrixProduct.MostBlocks((nint)weight.Shape[0] + 1))
        {
            Ops.LinearArgmax.Native(context, x, weight, output);
            return;
        }

        nint rows = (nint)x.Rows;
        using Scratch<Place> memory = context.Scratch<Place>(rows * MatrixProduct.MostBlocks((nint)weight.Shape[0]));
        fixed (Place* places = memory.Span)
        {
            var product = new MatrixProduct(x, weight, places, context.Threads);
            Specialize.Run(context, x.DType, product);
            Combine(places, rows, product.ColumnBlocks, output.Pointer<long>());
        }
    }

    /// <summary>Takes the best of each row's places.</summary>
    /// <param name="places">A place for each row of the first block of columns, then of the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="blocks">How many blocks.</param>
    /// <param name="output">Where the rows' indices go.</param>
    internal static void Combine(Place* places, nint rows, nint blocks, long* output)
    {
        for (nint row = 0; row < rows; row++)
        {
            Place best = places[row];
            for (nint block = 1; block < blocks; block++)
                best = Place.Better(best, places[(block * rows) + row]);
            output[row] = best.Index;
        }
    }
}
