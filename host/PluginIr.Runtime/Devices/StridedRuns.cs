namespace PluginIr.Runtime.Devices;

/// <summary>Two tensors of one spec as runs of bytes that lie together in both: how device copies take strides.</summary>
internal readonly ref struct StridedRuns
{
    private readonly Tensor _source;
    private readonly Tensor _target;
    private readonly int _outer;

    /// <summary>Splits two tensors of equal spec.</summary>
    public StridedRuns(Tensor source, Tensor target)
    {
        _source = source;
        _target = target;
        long together = 1;
        int outer = source.Rank;
        while (outer > 0 && IsTogether(source, outer - 1, together) && IsTogether(target, outer - 1, together))
            together *= source.Shape[--outer];
        _outer = outer;
        RunBytes = together * source.DType.Size();
        Count = together == 0 ? 0 : source.ElementCount / together;
    }

    /// <summary>How many bytes a run has.</summary>
    public long RunBytes { get; }

    /// <summary>How many runs there are.</summary>
    public long Count { get; }

    /// <summary>The addresses where a run begins.</summary>
    public (nint Source, nint Target) this[long run]
    {
        get
        {
            long source = 0, target = 0;
            for (int i = _outer - 1; i >= 0; i--)
            {
                (run, long index) = Math.DivRem(run, _source.Shape[i]);
                source += index * _source.Stride(i);
                target += index * _target.Stride(i);
            }

            int size = _source.DType.Size();
            return (_source.Address + (nint)(source * size), _target.Address + (nint)(target * size));
        }
    }

    private static bool IsTogether(Tensor tensor, int dimension, long inner) => tensor.Shape[dimension] == 1 || tensor.Stride(dimension) == inner;
}
