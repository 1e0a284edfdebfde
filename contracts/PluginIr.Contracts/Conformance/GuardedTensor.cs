namespace PluginIr.Conformance;

/// <summary>A tensor of one run, in memory of its own with guards, beside an image of what that memory held before.</summary>
internal sealed class GuardedTensor : IDisposable
{
    private readonly IConformanceDevice _device;
    private readonly MemoryLayout _layout;
    private readonly Tensor _image;
    private readonly Tensor _imageView;
    private readonly Tensor _memory;
    private Tensor? _secondView;
    private Tensor? _after;
    private Tensor? _afterView;

    /// <summary>Makes a tensor.</summary>
    /// <param name="name">Its name in the op's schema.</param>
    /// <param name="layout">How it lies in memory.</param>
    /// <param name="contents">Its elements; null leaves the pattern in their place.</param>
    /// <param name="isComplement">Which pattern.</param>
    /// <param name="device">Where.</param>
    public GuardedTensor(string name, MemoryLayout layout, Tensor? contents, bool isComplement, IConformanceDevice device)
    {
        Name = name;
        _device = device;
        _layout = layout;
        _image = Tensor.Empty(DType.UInt8, layout.ByteCount);
        GuardPattern.Fill(_image.AsBytes(), isComplement);
        _imageView = layout.View(_image);
        if (contents is not null)
            _imageView.CopyFrom(contents);
        _memory = device.Place(_image);
        View = layout.View(_memory);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What the kernel is given.</summary>
    public Tensor View { get; }

    /// <summary>Another tensor over the same elements.</summary>
    public Tensor SecondView => _secondView ??= View.Alias();

    /// <summary>Reads the memory back after the run.</summary>
    public void Fetch()
    {
        _after = _device.Fetch(_memory);
        _afterView = _layout.View(_after);
    }

    /// <summary>The elements after the run, contiguous and on the host. The caller disposes them.</summary>
    public Tensor Elements() => Contiguous(_afterView!);

    /// <summary>The elements before the run; of an output, the pattern. The caller disposes them.</summary>
    public Tensor ElementsBefore() => Contiguous(_imageView);

    /// <summary>The first element that the run changed; -1 for none.</summary>
    public long FirstChangedElement()
    {
        if (_image.AsBytes().SequenceEqual(_after!.AsBytes()))
            return -1;
        using Tensor before = ElementsBefore(), now = Elements();
        int same = before.AsBytes().CommonPrefixLength(now.AsBytes());
        return same == before.AsBytes().Length ? -1 : same / before.DType.Size();
    }

    /// <summary>The first byte that the run changed outside the elements.</summary>
    /// <param name="offset">Its distance in bytes from the lowest element.</param>
    /// <param name="isGap">True when it is between elements.</param>
    /// <returns>False when there is none.</returns>
    public bool FindChangeOutside(out long offset, out bool isGap)
    {
        // With the elements as they are now, the image is what an honest run leaves.
        using Tensor expected = Tensor.Empty(_image.Spec), view = _layout.View(expected);
        expected.CopyFrom(_image);
        view.CopyFrom(_afterView!);
        int same = expected.AsBytes().CommonPrefixLength(_after!.AsBytes());
        offset = _after.Address + same - _afterView!.Start;
        isGap = offset >= 0 && _after.Address + same < _afterView.End;
        return same < expected.AsBytes().Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _secondView?.Dispose();
        View.Dispose();
        _memory.Dispose();
        _imageView.Dispose();
        _image.Dispose();
        _afterView?.Dispose();
        _after?.Dispose();
    }

    private static Tensor Contiguous(Tensor view)
    {
        Tensor copy = Tensor.Empty(view.Spec);
        copy.CopyFrom(view);
        return copy;
    }
}
