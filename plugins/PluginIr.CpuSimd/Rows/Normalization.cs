using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>What one call's rows have in common when they are normalised by their root mean square.</summary>
/// <remarks>
/// Each row is read twice: to be measured, and to be scaled. What is costly to read is read once, and written as float32 to scratch memory for
/// the second time. That is also less to compile: the loops over such rows are those over rows of float32.
/// </remarks>
internal readonly unsafe struct Normalization(nint weight, float epsilon, nint varianceSize, nint hidden)
{
    /// <summary>Up to how many elements two rows, the weight and the output fit the first-level cache; and two rows that are sums, with what they are made of.</summary>
    private const int ShortRow = 2048, ShortSummedRow = 1536;

    private readonly nint _weight = weight;
    private readonly float _epsilon = epsilon;
    private readonly nint _varianceSize = varianceSize;
    private readonly nint _hidden = hidden;

    /// <summary>Takes a call's arguments.</summary>
    /// <param name="x">The rows, or what has as many elements a row.</param>
    /// <param name="weight">One factor for each element of a row, contiguous, in the rows' dtype; null for none.</param>
    /// <param name="epsilon">Added to the mean.</param>
    /// <param name="varianceSize">Over how many of a row's first elements the mean is; null for all.</param>
    public Normalization(Tensor x, Tensor? weight, float epsilon, int? varianceSize)
        : this(weight is null ? 0 : weight.Address, epsilon, varianceSize ?? (nint)x.Last, (nint)x.Last)
    {
    }

    /// <summary>
    /// True when a row should be measured before the one in front of it is scaled: the few operations from a sum to a factor take long one after
    /// the other, and there is something else to do meanwhile.
    /// </summary>
    public bool MeasuresAhead => _hidden <= ShortRow;

    /// <summary>True when one loop should do both: rows of float32, whole and weighted.</summary>
    /// <param name="isSummed">True for rows that are sums.</param>
    public bool MeasuresMeanwhile<TElement, TLanes>(bool isSummed) where TElement : unmanaged where TLanes : struct, ILanes<TLanes> =>
        typeof(TElement) == typeof(Float32Element) && IsWhole && _weight != 0 && _hidden % (8 * TLanes.Count) == 0 &&
        _hidden <= (isSummed ? ShortSummedRow : ShortRow);

    private nint RowLength => Padding.ToVectorPair(_hidden);

    private bool IsWhole => _varianceSize == _hidden;

    /// <summary>How many float32 of scratch memory rows need: two of them, the weight, and its greatest magnitude.</summary>
    public nint ScratchLength<TElement>() where TElement : unmanaged, IElement<TElement> =>
        (TElement.IsCostlyToLoad ? 3 * RowLength : 2 * RowLength) + 1;

    /// <summary>To be called before the first row.</summary>
    /// <param name="scratch">The scratch memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepare<TElement, TLanes>(float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (!TElement.IsCostlyToLoad)
            return;
        if (_weight == 0)
        {
            GreatestWeight(scratch) = 1;
            return;
        }

        float* widened = WidenedWeight(scratch);
        RootMeanSquare.Widen<StoredRow<TElement, TLanes>, TLanes>(new((TElement*)_weight), _hidden, widened);
        GreatestWeight(scratch) = new WidenedRow<TElement, TLanes>(widened, _hidden).GreatestMagnitude();
    }

    /// <summary>Normalises one row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="scratch">The scratch memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TRow, TElement, TLanes>(TRow row, TElement* output, float* scratch)
        where TRow : struct, IRow<TRow, TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        Scale<TRow, TElement, TLanes>(row, 0, FactorOf(Measure<TRow, TElement, TLanes>(row, 0, scratch)), output, null, scratch);

    /// <summary>Finds the sum of a row's squares, and keeps what the row keeps.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">Which of the two rows in scratch memory it is: 0 or 1.</param>
    /// <param name="scratch">The scratch memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Measure<TRow, TElement, TLanes>(TRow row, nint place, float* scratch)
        where TRow : struct, IRow<TRow, TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        !TRow.IsCostlyToRead ? RootMeanSquare.SumOfSquares<TRow, TLanes>(row, _varianceSize)
            : !IsWhole ? WidenAndSumPart<TRow, TElement, TLanes>(row, place, scratch)
            : typeof(TRow) == typeof(StoredRow<Float16Element, TLanes>)
                ? WidenFloat16<TLanes>((Float16Element*)row.Stored, WidenedAt(place, scratch))
            : Widen<TRow, TElement, TLanes>(in row, row.Kept == null ? WidenedAt(place, scratch) : null);

    /// <summary>A row's factor.</summary>
    /// <remarks>
    /// By itself, and inlined: a method of its own would return both of its numbers in one register, by way of memory that is written in two pieces
    /// and read in one, which the processor waits for.
    /// </remarks>
    /// <param name="sum">What <see cref="Measure"/> or <c>ScaleAndMeasure</c> returned.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowFactor FactorOf(float sum) => new(sum, RootMeanSquare.Factor(sum, _varianceSize, _epsilon));

    /// <summary>Writes a row times its factor, weighted.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">As for <see cref="Measure"/>.</param>
    /// <param name="factor">Its factor.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="ahead">Null, or what to fetch meanwhile, when the result is to be written past the caches.</param>
    /// <param name="scratch">The scratch memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Scale<TRow, TElement, TLanes>(TRow row, nint place, RowFactor factor, TElement* output, TElement* ahead, float* scratch)
        where TRow : struct, IRow<TRow, TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (!TRow.IsCostlyToRead)
        {
            RootMeanSquare.Scale<TRow, TElement, TElement, TLanes>(row, (TElement*)_weight, factor.Value, _hidden, output, ahead);
        }
        else if (row.Kept != null)
        {
            RootMeanSquare.Scale<StoredRow<Float32Element, TLanes>, TElement, TElement, TLanes>(
                new((Float32Element*)row.Kept), (TElement*)_weight, factor.Value, _hidden, output, ahead);
        }
        else
        {
            ScaleWidened<TElement, TLanes>(WidenedAt(place, scratch), (TElement*)row.Stored, factor, output, ahead, scratch);
        }
    }

    /// <summary>Writes a row times its factor, weighted, and finds the sum of the next one's squares: where <see cref="MeasuresMeanwhile"/>.</summary>
    /// <param name="row">The row.</param>
    /// <param name="factor">Its factor.</param>
    /// <param name="next">The next row.</param>
    /// <param name="output">Where the result goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float ScaleAndMeasure<TLanes>(float* row, RowFactor factor, float* next, float* output) where TLanes : struct, ILanes<TLanes> =>
        RootMeanSquare.ScaleAndSum<TLanes>(new((Float32Element*)row), (float*)_weight, factor.Value, new((Float32Element*)next), _hidden, output);

    /// <summary>The same for rows that are sums: the row is what <see cref="SummedRow{TElement, TLanes}"/> kept of it.</summary>
    /// <param name="row">The row.</param>
    /// <param name="factor">Its factor.</param>
    /// <param name="next">The next row, which keeps its values.</param>
    /// <param name="output">Where the result goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float ScaleAndMeasure<TLanes>(float* row, RowFactor factor, SummedRow<Float32Element, TLanes> next, float* output)
        where TLanes : struct, ILanes<TLanes> =>
        RootMeanSquare.ScaleAndWiden<TLanes>(new((Float32Element*)row), (float*)_weight, factor.Value, in next, _hidden, output);

    /// <summary>Normalises one row as <see cref="RootMeanSquare.NormalizePrecisely"/> does.</summary>
    /// <param name="x">The row.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="scratch">The scratch memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ApplyPrecisely<TElement, TLanes>(TElement* x, TElement* output, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (TElement.IsCostlyToLoad)
        {
            RootMeanSquare.Widen<StoredRow<TElement, TLanes>, TLanes>(new(x), _hidden, scratch);
            var widened = new WidenedRow<TElement, TLanes>(scratch, _hidden);
            widened.Scale(
                (Float32Element*)WidenedWeight(scratch), RootMeanSquare.Factor(widened.PreciseSumOfSquares(), _hidden, _epsilon), output, null);
        }
        else
        {
            RootMeanSquare.NormalizePrecisely<TElement, TLanes>(x, (TElement*)_weight, _epsilon, _hidden, output);
        }
    }

    // A row always goes through the same one: their sums' bits differ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Widen<TRow, TElement, TLanes>(in TRow row, float* widened)
        where TRow : struct, IRow<TRow, TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        typeof(TElement) == typeof(Float32Element)
            ? RootMeanSquare.WidenSingles<TRow, TLanes>(in row, _hidden, widened)
            : RootMeanSquare.Widen<TRow, TLanes>(in row, _hidden, widened);

    // No finite number's square is as large as that of one that is not finite, but was widened as if it were; nor is the sum of squares less.
    private float WidenFloat16<TLanes>(Float16Element* row, float* widened) where TLanes : struct, ILanes<TLanes>
    {
        float sum = RootMeanSquare.Widen<FiniteFloat16Row<TLanes>, TLanes>(new(row), _hidden, widened);
        return sum < Float16Constants.LeastUnbounded * Float16Constants.LeastUnbounded
            ? sum
            : RootMeanSquare.Widen<StoredRow<Float16Element, TLanes>, TLanes>(new(row), _hidden, widened);
    }

    // The mean is over some first elements only. Of what is written as float32, in another order than the elements', whole pairs of vectors
    // can be summed.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private float WidenAndSumPart<TRow, TElement, TLanes>(TRow row, nint place, float* scratch)
        where TRow : struct, IRow<TRow, TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        int last = (int)(_varianceSize % (2 * TLanes.Count));
        float sum = last == 0 ? 0 : RowEnd.SumOfSquares<TRow, TLanes>(row, _varianceSize - last, last);
        float* widened = row.Kept == null ? WidenedAt(place, scratch) : null;
        _ = Widen<TRow, TElement, TLanes>(in row, widened);
        return new WidenedRow<TElement, TLanes>(widened == null ? row.Kept : widened, _hidden).SumOfSquares(_varianceSize - last) + sum;
    }

    // In line: only large calls reach it for float32, and would have it compiled after a swap.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScaleWidened<TElement, TLanes>(
        float* row, TElement* stored, RowFactor factor, TElement* output, TElement* ahead, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var widened = new WidenedRow<TElement, TLanes>(row, _hidden);
        if (!TElement.IsCostlyToLoad)
        {
            widened.Scale((TElement*)_weight, factor.Value, output, ahead);
        }
        else if (typeof(TElement) == typeof(Float16Element) && IsBounded<TLanes>(factor, scratch))
        {
            BoundedFloat16Row.Scale<TLanes>(
                new((Float16Element*)stored, row), new((Float16Element*)_weight, WidenedWeight(scratch)), factor.Value, _hidden,
                (Float16Element*)output, (Float16Element*)ahead);
        }
        else
        {
            widened.Scale((Float32Element*)WidenedWeight(scratch), factor.Value, output, null);
        }
    }

    // Before and after the weight. A NaN is not less either.
    private bool IsBounded<TLanes>(RowFactor factor, float* scratch) where TLanes : struct, ILanes<TLanes> =>
        IsWhole && Math.Max(factor.Bound, factor.Bound * GreatestWeight(scratch)) < BoundedFloat16<TLanes>.Bound;

    private float* WidenedAt(nint place, float* scratch) => scratch + (place * RowLength);

    private float* WidenedWeight(float* scratch) => _weight == 0 ? null : scratch + (2 * RowLength);

    private ref float GreatestWeight(float* scratch) => ref scratch[3 * RowLength];
}
