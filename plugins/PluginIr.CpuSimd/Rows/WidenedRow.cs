using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Rows;

/// <summary>
/// A row that <see cref="RootMeanSquare.Widen"/> wrote as float32: in the order in which its elements are read in pairs of vectors, zeros after its end.
/// </summary>
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

    /// <summary>The greatest magnitude; a NaN when there is one.</summary>
    public float GreatestMagnitude() => Singles.GreatestMagnitude<TLanes>(_values, PaddedLength);

    /// <summary>The sum of the first values' squares: of <paramref name="count"/>, a multiple of two vectors' lanes.</summary>
    public float SumOfSquares(nint count) => RootMeanSquare.SumOfSquares<StoredRow<Float32Element, TLanes>, TLanes>(AsStored, count);

    /// <summary>The sum of all values' squares as <see cref="PreciseSum"/> has it.</summary>
    public float PreciseSumOfSquares() => PreciseSum.OfSquares<StoredRow<Float32Element, TLanes>, TLanes>(AsStored, PaddedLength);

    /// <summary>What <see cref="RootMeanSquare.Scale"/> does.</summary>
    /// <param name="weight">The weight, of the elements' dtype or widened as the row was; null for none.</param>
    /// <param name="factor">What the row is multiplied by.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="ahead">Null, or what to fetch meanwhile, when the result is to be written past the caches.</param>
    public void Scale<TWeight>(TWeight* weight, float factor, TElement* output, TElement* ahead) where TWeight : unmanaged, IElement<TWeight>
    {
        nint whole = _hidden - (_hidden % Step);
        Scale(0, weight, factor, whole, output, ahead);
        if (whole < _hidden)
            ScaleEnd(whole, weight == null ? null : weight + whole, factor, output + whole);
    }

    private void ScaleEnd<TWeight>(nint start, TWeight* weight, float factor, TElement* output) where TWeight : unmanaged, IElement<TWeight>
    {
        int count = (int)(_hidden - start);
        TElement* scaled = stackalloc TElement[(int)Step];
        TWeight* padded = stackalloc TWeight[(int)Step];
        if (typeof(TWeight) == typeof(TElement) && weight != null)
        {
            Partial.Pad(weight, count, padded, (int)Step);
            weight = padded;
        }

        Scale(start, weight, factor, Step, scaled, null);
        Partial.Unpad(scaled, count, output);
    }

    private void Scale<TWeight>(nint start, TWeight* weight, float factor, nint count, TElement* output, TElement* ahead)
        where TWeight : unmanaged, IElement<TWeight> =>
        RootMeanSquare.Scale<StoredRow<Float32Element, TLanes>, TWeight, TElement, TLanes>(
            new((Float32Element*)_values + start), weight, factor, count, output, ahead);
}
