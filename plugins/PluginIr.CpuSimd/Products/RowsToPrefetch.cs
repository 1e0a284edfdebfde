namespace PluginIr.CpuSimd.Products;

/// <summary>
/// Rows that are needed next. Tiles ask for them line by line while they compute: asked for at once, they would keep the tile's own reads waiting.
/// </summary>
internal readonly unsafe struct RowsToPrefetch
{
    private readonly byte* _first;
    private readonly nint _strideBytes, _rowBytes, _rows;

    private RowsToPrefetch(byte* first, nint strideBytes, nint rowBytes, nint rows)
    {
        _first = first;
        (_strideBytes, _rowBytes, _rows) = (strideBytes, rowBytes, rows);
    }

    /// <summary>No rows, for <see cref="NoPrefetcher"/>.</summary>
    public static RowsToPrefetch None => default;

    /// <summary>How many bytes all of them have.</summary>
    public nint Bytes => _rows * _rowBytes;

    /// <summary>Some rows. Addresses that are not mapped do no harm.</summary>
    /// <param name="first">The first.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <param name="count">How many elements each has.</param>
    /// <param name="rows">How many rows.</param>
    public static RowsToPrefetch Of<TElement>(TElement* first, nint stride, nint count, nint rows) where TElement : unmanaged =>
        new((byte*)first, stride * sizeof(TElement), count * sizeof(TElement), rows);

    /// <summary>Where a byte of them is, counted from row to row. There must be some.</summary>
    public byte* At(nint offset) => _first + (offset / _rowBytes * _strideBytes) + (offset % _rowBytes);
}
