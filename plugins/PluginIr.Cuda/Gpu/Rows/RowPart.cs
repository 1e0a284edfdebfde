using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Functions;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>The chunks of a row that one thread has in registers: those at its number and at each multiple of the row's threads from there.</summary>
/// <remarks>
/// <c>TShape.Chunks</c> of the fields are used; the tests against it are gone from the compiled kernel. Chunks past the row's end are read as
/// the last one, so that reading needs no branch and all loads are under way at once; they count for nothing and are not written.
/// </remarks>
internal struct RowPart
{
    public Chunk A, B, C, D;

    /// <summary>Reads the chunks from a row.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="row">The row's first chunk.</param>
    /// <param name="thread">This thread's number among the row's.</param>
    /// <param name="threads">How many there are.</param>
    /// <param name="last">The row's last chunk.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart Load<TElement, TShape>(ArrayView<byte> memory, long row, int thread, int threads, int last)
        where TElement : struct, IElement
        where TShape : struct, IShape => PackedRowPart.Unpack<TElement, TShape>(PackedRowPart.Load<TElement, TShape>(memory, row, thread, threads, last));

    /// <summary>The same with a policy of <see cref="Instructions.CachePolicy"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart Load<TElement, TShape>(ArrayView<byte> memory, long row, int thread, int threads, int last, long policy)
        where TElement : struct, IElement
        where TShape : struct, IShape => PackedRowPart.Unpack<TElement, TShape>(PackedRowPart.Load<TElement, TShape>(memory, row, thread, threads, last, policy));

    /// <summary>The sum of the squares of the chunks that are in the row: those of the others are made and left out, as a branch would have later loads wait.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float SumOfSquares<TShape>(RowPart x, int thread, int threads, int last) where TShape : struct, IShape
    {
        float sum = If(thread <= last, Chunk.SumOfSquares(x.A));
        if (TShape.Chunks > 1)
            sum += If(thread + threads <= last, Chunk.SumOfSquares(x.B));
        if (TShape.Chunks > 2)
        {
            sum += If(thread + (2 * threads) <= last, Chunk.SumOfSquares(x.C));
            sum += If(thread + (3 * threads) <= last, Chunk.SumOfSquares(x.D));
        }

        return sum;
    }

    /// <summary>The bits of the greatest magnitude. Chunks past the end are the row's last one and change no maximum, unless it has been written meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Magnitude<TShape>(RowPart x) where TShape : struct, IShape
    {
        int magnitude = Chunk.Magnitude(x.A);
        if (TShape.Chunks > 1)
            magnitude = IntrinsicMath.Max(magnitude, Chunk.Magnitude(x.B));
        if (TShape.Chunks > 2)
            magnitude = IntrinsicMath.Max(magnitude, IntrinsicMath.Max(Chunk.Magnitude(x.C), Chunk.Magnitude(x.D)));
        return magnitude;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart operator +(RowPart x, RowPart y) => new() { A = x.A + y.A, B = x.B + y.B, C = x.C + y.C, D = x.D + y.D };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart operator *(RowPart x, RowPart y) => new() { A = x.A * y.A, B = x.B * y.B, C = x.C * y.C, D = x.D * y.D };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart operator *(RowPart x, float factor) =>
        new() { A = x.A * factor, B = x.B * factor, C = x.C * factor, D = x.D * factor };

    /// <summary>A function of each element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart Map<TFunction>(RowPart x) where TFunction : struct, IFunction =>
        new() { A = Chunk.Map<TFunction>(x.A), B = Chunk.Map<TFunction>(x.B), C = Chunk.Map<TFunction>(x.C), D = Chunk.Map<TFunction>(x.D) };

    /// <summary>An operation on each pair of elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart Combine<TOperation>(RowPart x, RowPart y) where TOperation : struct, IOperation => new()
    {
        A = Chunk.Combine<TOperation>(x.A, y.A),
        B = Chunk.Combine<TOperation>(x.B, y.B),
        C = Chunk.Combine<TOperation>(x.C, y.C),
        D = Chunk.Combine<TOperation>(x.D, y.D),
    };

    /// <summary>The values as an element type holds them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart Round<TElement>(RowPart x) where TElement : struct, IElement =>
        new() { A = TElement.Round(x.A), B = TElement.Round(x.B), C = TElement.Round(x.C), D = TElement.Round(x.D) };

    /// <summary>Writes the chunks that are in the row: all are rounded first, so that nothing but writing depends on whether they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TOutput, TElement, TShape>(RowPart x, ArrayView<byte> memory, long row, int thread, int threads, int last)
        where TOutput : struct, IRowOutput
        where TElement : struct, IElement
        where TShape : struct, IShape =>
        PackedRowPart.Store<TOutput, TElement, TShape>(PackedRowPart.Pack<TOutput, TElement, TShape>(x), memory, row, thread, threads, last);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float If(bool condition, float x) => condition ? x : 0f;
}
