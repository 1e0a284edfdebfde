using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A row that <see cref="RootMeanSquare.Widen"/> wrote as float32: in the order in which its elements are read in pairs of vectors, zeros after its end.</summary>
/// <remarks>Whole vectors are read, zeros included, by the loops over rows of float32.</remarks>
internal readonly unsafe struct WidenedRow<TElement, TLanes>(float* values, nint hidden)
    where TElement : unmanaged, IElement<TElement>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly float* _values = values;
    private readonly nint _hidden = hidden;

    private static nint Step => 2 * TLanes.Count;

    private nint PaddedLength => (_hidden + Step - 1) / Step * Step;

    private StoredRow<Float32Element, TLanes> AsStored => new((Float32Element*)_values);

    /// <summary>True when no value is an infinity or a NaN.</summary>
    public bool IsFinite() => Singles.AreFinite<TLanes>(_values, PaddedLength);

    /// <summary>The sum of all values' squares.</summary>
    public float SumOfSquares() => RootMeanSquare.SumOfSquares<StoredRow<Float32Element, TLanes>, TLanes>(AsStored, PaddedLength);

    /// <summary>The sum of the first values' squares: of <paramref name="count"/>, or as many as make whole pairs of vectors.</summary>
    public float SumOfSquares(nint count) => RootMeanSquare.SumOfSquares<StoredRow<Float32Element, TLanes>, TLanes>(AsStored, count - (count % Step));

    /// <summary>The sum of all values' squares as <see cref="PreciseSum"/> has it.</summary>
    public float PreciseSumOfSquares() => PreciseSum.OfSquares<StoredRow<Float32Element, TLanes>, TLanes>(AsStored, PaddedLength);

    /// <summary>What <see cref="RootMeanSquare.Scale"/> does, with a weight that was widened alike.</summary>
    /// <param name="weight">The weight; null for none.</param>
    /// <param name="factor">What the row is multiplied by.</param>
    /// <param name="output">Where the result goes.</param>
    public void Scale(float* weight, float factor, TElement* output)
    {
        nint whole = _hidden - (_hidden % Step);
        Scale(0, weight, factor, whole, output);
        if (whole == _hidden)
            return;
        TElement* end = stackalloc TElement[(int)Step];
        Scale(whole, weight, factor, Step, end);
        new ReadOnlySpan<TElement>(end, (int)(_hidden - whole)).CopyTo(new Span<TElement>(output + whole, (int)(_hidden - whole)));
    }

    private void Scale(nint start, float* weight, float factor, nint count, TElement* output) =>
        RootMeanSquare.Scale<StoredRow<Float32Element, TLanes>, Float32Element, TElement, TLanes>(
            new((Float32Element*)_values + start), weight is null ? null : (Float32Element*)weight + start, factor, count, output, streams: false);
}
