namespace PluginIr.CpuSimd.Rows;

/// <summary>How a work on single elements divides tensors of one shape: by rows, or, where they have no gaps, into even parts.</summary>
internal readonly struct Segments
{
    /// <summary>Elements of a part where there are no gaps: a few microseconds' work. A multiple of every vector's lanes.</summary>
    public const int Length = 8192;

    private readonly nint _length;
    private readonly nint _last;

    /// <summary>Divides tensors of one shape.</summary>
    /// <param name="shape">One of the tensors.</param>
    /// <param name="areContiguous">True when none of them has gaps.</param>
    public Segments(Tensor shape, bool areContiguous)
    {
        AreEven = areContiguous;
        nint count = (nint)shape.ElementCount;
        _length = areContiguous ? Length : (nint)shape.Last;
        Count = _length == 0 ? 0 : (count + _length - 1) / _length;
        _last = count - ((Count - 1) * _length);
    }

    /// <summary>True when parts are even, false when they are rows.</summary>
    public bool AreEven { get; }

    /// <summary>How many parts.</summary>
    public nint Count { get; }

    /// <summary>How many elements a part has.</summary>
    public nint LengthOf(nint part) => part == Count - 1 ? _last : _length;

    /// <summary>Where a tensor's parts lie.</summary>
    public RowTable Of(Tensor tensor) => AreEven ? new RowTable(tensor, Length) : new RowTable(tensor);
}
