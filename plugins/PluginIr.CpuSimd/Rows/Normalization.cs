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

    /// <summary>How many float32 of scratch memory <see cref="Prepare"/> and <see cref="Apply"/> need.</summary>
    public nint ScratchLength<TElement>() where TElement : unmanaged, IElement<TElement> => TElement.IsCostlyToLoad ? 2 * RowLength : 0;

    private nint RowLength => Singles.RoomFor(_hidden);

    /// <summary>To be called before the first row.</summary>
    /// <param name="scratch">The scratch memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepare<TElement, TLanes>(float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (TElement.IsCostlyToLoad && _weight != 0)
            RootMeanSquare.Widen<StoredRow<TElement, TLanes>, TLanes>(new((TElement*)_weight), _hidden, scratch + RowLength);
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
        {
            RootMeanSquare.Widen<TRow, TLanes>(row, _hidden, scratch);
            RootMeanSquare.Normalize<StoredRow<Float32Element, TLanes>, Float32Element, TElement, TLanes>(
                new((Float32Element*)scratch), WidenedWeight(scratch), _epsilon, _varianceSize, _hidden, output, streams);
        }
        else
        {
            RootMeanSquare.Normalize<TRow, TElement, TElement, TLanes>(row, (TElement*)_weight, _epsilon, _varianceSize, _hidden, output, streams);
        }
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
            RootMeanSquare.NormalizePrecisely<Float32Element, TElement, TLanes>(
                (Float32Element*)scratch, WidenedWeight(scratch), _epsilon, _hidden, output);
        }
        else
        {
            RootMeanSquare.NormalizePrecisely<TElement, TElement, TLanes>(x, (TElement*)_weight, _epsilon, _hidden, output);
        }
    }

    private Float32Element* WidenedWeight(float* scratch) => _weight == 0 ? null : (Float32Element*)(scratch + RowLength);
}
