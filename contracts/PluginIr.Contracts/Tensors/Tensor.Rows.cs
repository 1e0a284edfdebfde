namespace PluginIr;

// Rows as float32: how native definitions read and write any dtype and any strides.
public sealed partial class Tensor
{
    /// <summary>The address of a row's first element; rows are counted over all dimensions but the last, row-major.</summary>
    public nint RowAddress(long row)
    {
        if (IsContiguous)
            return Address + (nint)(row * Last * DType.Size());
        long offset = 0;
        for (int i = Rank - 2; i >= 0; i--)
        {
            (row, long index) = Math.DivRem(row, Shape[i]);
            offset += index * Stride(i);
        }

        return Address + (nint)(offset * DType.Size());
    }

    /// <summary>Reads one row as float32, exactly. Host memory only.</summary>
    /// <param name="row">Which row, from 0.</param>
    /// <param name="values">Where the <see cref="Last"/> elements go.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public unsafe void ReadRow(long row, Span<float> values)
    {
        RequireOneOf(Rows, row, nameof(row));
        nint address = RowAddress(row);
        int size = DType.Size(), columns = checked((int)Last);
        if (IsContiguous || Rank == 0 || Stride(-1) == 1)
        {
            ElementConversion.ToSingles(new ReadOnlySpan<byte>((void*)address, columns * size), values[..columns], DType);
        }
        else
        {
            long step = Stride(-1) * size;
            for (int i = 0; i < columns; i++)
                ElementConversion.ToSingles(new ReadOnlySpan<byte>((byte*)address + (i * step), size), values.Slice(i, 1), DType);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Writes one row, rounding float32 to the dtype, to nearest even. Host memory only.</summary>
    /// <param name="row">Which row, from 0.</param>
    /// <param name="values">The <see cref="Last"/> elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public unsafe void WriteRow(long row, ReadOnlySpan<float> values)
    {
        RequireOneOf(Rows, row, nameof(row));
        nint address = RowAddress(row);
        int size = DType.Size(), columns = checked((int)Last);
        if (IsContiguous || Rank == 0 || Stride(-1) == 1)
        {
            ElementConversion.FromSingles(values[..columns], new Span<byte>((void*)address, columns * size), DType);
        }
        else
        {
            long step = Stride(-1) * size;
            for (int i = 0; i < columns; i++)
                ElementConversion.FromSingles(values.Slice(i, 1), new Span<byte>((byte*)address + (i * step), size), DType);
        }

        GC.KeepAlive(this);
    }

    /// <summary>All elements as float32, row-major, in a new array. Host memory only; for tests and printing.</summary>
    public float[] ToSingles()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        float[] values = new float[ElementCount];
        int columns = checked((int)Last);
        if (columns > 0)
        {
            for (long row = 0; row < Rows; row++)
                ReadRow(row, values.AsSpan((int)(row * columns), columns));
        }

        return values;
    }

    /// <summary>One element of a one-dimensional host tensor of int32 or int64, such as a position or a token.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="InvalidOperationException">The dtype is another.</exception>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public unsafe long ReadIndex(long element)
    {
        RequireOneOf(ElementCount, element, nameof(element));
        long offset = Rank == 0 ? 0 : element * Stride(-1);
        long index = DType switch
        {
            DType.Int64 => Pointer<long>()[offset],
            DType.Int32 => Pointer<int>()[offset],
            _ => throw new InvalidOperationException($"{this} is not an index tensor; expected int32 or int64."),
        };
        GC.KeepAlive(this);
        return index;
    }

    private void RequireOneOf(long count, long index, string name)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if ((ulong)index >= (ulong)count)
            throw new ArgumentOutOfRangeException(name, index, $"{this} has {count} of them, counted from 0.");
    }
}
