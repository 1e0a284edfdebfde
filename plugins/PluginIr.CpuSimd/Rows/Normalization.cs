using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>What one call's rows have in common when they are normalised by their root mean square.</summary>
/// <remarks>
/// Elements that are costly to load are converted once, to float32 in scratch memory, and not wherever they are read. That is also less to compile:
/// the loops over such rows are those over rows of float32.
/// </remarks>
internal readonly unsafe struct Normalization(nint weight, float epsilon, nint varianceSize, nint hidden)
{
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

    private nint RowLength => Singles.RoomFor(_hidden);

    /// <summary>How many float32 of scratch memory <see cref="Prepare"/> and <see cref="Apply"/> need: a row, the weight, and whether all of it is finite.</summary>
    public nint ScratchLength<TElement>() where TElement : unmanaged, IElement<TElement> => TElement.IsCostlyToLoad ? (2 * RowLength) + 1 : 0;

    /// <summary>To be called before the first row.</summary>
    /// <param name="scratch">The scratch memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepare<TElement, TLanes>(float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (!TElement.IsCostlyToLoad)
            return;
        bool isFinite = true;
        if (_weight != 0)
        {
            RootMeanSquare.Widen<StoredRow<TElement, TLanes>, TLanes>(new((TElement*)_weight), _hidden, scratch + RowLength);
            isFinite = new WidenedRow<TElement, TLanes>(scratch + RowLength, _hidden).IsFinite();
        }

        scratch[2 * RowLength] = isFinite ? 1 : 0;
    }

    /// <summary>Normalises one row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="streams">True to write it past the caches.</param>
    /// <param name="scratch">The scratch memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TRow, TElement, TLanes>(TRow row, TElement* output, bool streams, float* scratch)
        where TRow : struct, IRow<TRow, TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (TElement.IsCostlyToLoad)
            ApplyWidened<TRow, TElement, TLanes>(row, output, scratch);
        else
            RootMeanSquare.Normalize<TRow, TElement, TLanes>(row, (TElement*)_weight, _epsilon, _varianceSize, _hidden, output, streams);
    }

    private void ApplyWidened<TRow, TElement, TLanes>(TRow row, TElement* output, float* scratch)
        where TRow : struct, IRow<TRow, TLanes>
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        bool isWhole = _varianceSize == _hidden;
        float last = isWhole ? 0 : RootMeanSquare.SumOfLastSquares<TRow, TLanes>(row, _varianceSize);
        RootMeanSquare.Widen<TRow, TLanes>(row, _hidden, scratch);
        var widened = new WidenedRow<TElement, TLanes>(scratch, _hidden);
        float sum = isWhole ? widened.SumOfSquares() : widened.SumOfSquares(_varianceSize) + last;
        float factor = RootMeanSquare.Factor(sum, _varianceSize, _epsilon);

        // No magnitude is more than the root of all squares' sum. A NaN or an infinity anywhere makes the comparison false.
        if (typeof(TElement) == typeof(Float16Element) && isWhole && MathF.Sqrt(sum) * factor < OrdinaryFloat16Element.Bound && scratch[2 * RowLength] != 0)
            new WidenedRow<OrdinaryFloat16Element, TLanes>(scratch, _hidden).Scale(WidenedWeight(scratch), factor, (OrdinaryFloat16Element*)output);
        else
            widened.Scale(WidenedWeight(scratch), factor, output);
    }

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
            widened.Scale(WidenedWeight(scratch), RootMeanSquare.Factor(widened.PreciseSumOfSquares(), _hidden, _epsilon), output);
        }
        else
        {
            RootMeanSquare.NormalizePrecisely<TElement, TLanes>(x, (TElement*)_weight, _epsilon, _hidden, output);
        }
    }

    private float* WidenedWeight(float* scratch) => _weight == 0 ? null : scratch + RowLength;
}
