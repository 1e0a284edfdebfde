using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PluginIr.CpuSimd.Products;

/// <summary>Adds products to a table of sums, where a row's lie side by side or apart.</summary>
internal static unsafe class SumTable
{
    /// <summary>Adds four products of a row, one of each of four columns.</summary>
    /// <param name="products">The products.</param>
    /// <param name="sums">Where the first is added.</param>
    /// <param name="apart">Elements from one of the four to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector128<float> products, float* sums, nint apart)
    {
        if (apart == 1)
            (Vector128.Load(sums) + products).Store(sums);
        else
            AddPairs(products, sums, apart, 2 * apart);
    }

    /// <summary>Adds two products of each of two rows.</summary>
    /// <param name="products">The products: the first row's before the second's.</param>
    /// <param name="sums">Where the first is added.</param>
    /// <param name="apart">Elements from one of a row's two to the other.</param>
    /// <param name="pairsApart">Elements from one row's to the other's.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddPairs(Vector128<float> products, float* sums, nint apart, nint pairsApart)
    {
        float* second = sums + pairsApart;
        if (apart == 1)
        {
            // As doubles, since vectors of 64 bits would go through memory.
            Vector128<float> pairs = Vector128.Create(*(double*)sums, *(double*)second).AsSingle() + products;
            *(double*)sums = pairs.AsDouble()[0];
            *(double*)second = pairs.AsDouble()[1];
            return;
        }

        sums[0] += products[0];
        sums[apart] += products[1];
        second[0] += products[2];
        second[apart] += products[3];
    }
}
