namespace PluginIr.Models.Checkpoints;

/// <summary>Takes a model's weights from a checkpoint in the dtype that the model runs in, and owns them.</summary>
/// <param name="checkpoint">Where the weights are.</param>
/// <param name="dtype">The dtype they are wanted in: float32, float16 or bfloat16.</param>
/// <remarks>
/// A weight that has the dtype already stays where it is, in the mapped file; another is converted, rounding to nearest even.
/// </remarks>
internal sealed class WeightLoader(Checkpoint checkpoint, DType dtype) : IWeightSource
{
    private readonly List<Tensor> _weights = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>One weight.</summary>
    /// <returns>A tensor that this loader owns.</returns>
    public Tensor Load(string name, params ReadOnlySpan<long> shape)
    {
        Tensor weight = Take(name, shape);
        if (weight.DType == dtype)
            return Own(weight);
        using (weight)
        {
            Tensor converted = Own(Tensor.Empty(dtype, shape));
            Convert(weight, converted);
            return converted;
        }
    }

    /// <summary>Two matrices of one shape in one, the first's rows before the second's.</summary>
    /// <returns>A tensor of [2 · rows, columns] that this loader owns.</returns>
    public Tensor LoadStacked(string first, string second, long rows, long columns)
    {
        Tensor stacked = Own(Tensor.Empty(dtype, 2 * rows, columns));
        using Tensor firstWeight = Take(first, [rows, columns]), firstRows = stacked.Slice(0, 0, rows);
        Convert(firstWeight, firstRows);
        using Tensor secondWeight = Take(second, [rows, columns]), secondRows = stacked.Slice(0, rows, rows);
        Convert(secondWeight, secondRows);
        return stacked;
    }

    /// <summary>Refuses a checkpoint with weights that nobody took: without them the results would be quietly wrong.</summary>
    /// <param name="mayRemain">True for the names that do no harm.</param>
    /// <exception cref="CheckpointException">It names some of the weights that are left.</exception>
    public void RequireAllTaken(Predicate<string> mayRemain)
    {
        string[] left = [.. checkpoint.Names.Where(n => !_taken.Contains(n) && !mayRemain(n)).Order(StringComparer.Ordinal)];
        if (left.Length == 0)
            return;
        throw new CheckpointException(
            checkpoint.Folder, $"expected only weights that the config's model uses; found {left.Length} more: " +
            $"{string.Join(", ", left.Take(3))}{(left.Length > 3 ? ", …" : "")}. Is this the checkpoint that the config belongs to?");
    }

    /// <summary>Disposes every weight that was loaded.</summary>
    public void Dispose()
    {
        foreach (Tensor weight in _weights)
            weight.Dispose();
    }

    private Tensor Take(string name, ReadOnlySpan<long> shape)
    {
        _taken.Add(name);
        Tensor weight = checkpoint.Get(name, shape);
        if (weight.DType is DType.Float32 or DType.Float16 or DType.BFloat16)
            return weight;
        string found = weight.DType.Name();
        weight.Dispose();
        throw new CheckpointException(checkpoint.Folder, $"weight '{name}': expected float32, float16 or bfloat16; found {found}.");
    }

    private Tensor Own(Tensor weight)
    {
        _weights.Add(weight);
        return weight;
    }

    private static void Convert(Tensor source, Tensor target)
    {
        if (source.DType == target.DType)
        {
            target.CopyFrom(source);
            return;
        }

        float[] row = new float[source.Last];
        for (long i = 0; i < source.Rows; i++)
        {
            source.ReadRow(i, row);
            target.WriteRow(i, row);
        }
    }
}
