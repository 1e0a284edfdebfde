namespace PluginIr.Models.Checkpoints;

/// <summary>Weights that were never trained: for measuring, where only their shapes count.</summary>
/// <remarks>
/// A matrix of n columns has values evenly distributed within ±√(3/n), so that what goes through it keeps its magnitude; a vector, which is
/// a norm's, has ones. The same seed gives the same weights.
/// </remarks>
/// <param name="dtype">Their dtype.</param>
/// <param name="seed">The seed.</param>
internal sealed class RandomWeights(DType dtype, int seed) : IWeightSource
{
    private readonly List<Tensor> _weights = [];
    private uint _state = (2 * (uint)seed) + 1; // never 0

    /// <inheritdoc/>
    public Tensor Load(string name, params ReadOnlySpan<long> shape)
    {
        Tensor weight = Tensor.Empty(dtype, shape);
        _weights.Add(weight);
        float[] row = new float[weight.Last];
        float bound = MathF.Sqrt(3f / weight.Last);
        for (long r = 0; r < weight.Rows; r++)
        {
            for (int i = 0; i < row.Length; i++)
                row[i] = weight.Rank == 1 ? 1 : bound * Next();
            weight.WriteRow(r, row);
        }

        return weight;
    }

    /// <inheritdoc/>
    public Tensor LoadStacked(string first, string second, long rows, long columns) => Load(first, 2 * rows, columns);

    // Evenly distributed in [-1, 1). Source: Marsaglia, "Xorshift RNGs", 2003; fast, since there are hundreds of millions to make.
    private float Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)_state * (1f / 0x8000_0000u);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor weight in _weights)
            weight.Dispose();
    }
}
