namespace PluginIr;

// Views: other tensors over the same memory.
public sealed partial class Tensor
{
    /// <summary>Another tensor over the same elements, with its own count of the buffer.</summary>
    public Tensor Alias() => View(Spec, 0, _strides);

    /// <summary>The same elements in another shape, without copying.</summary>
    /// <param name="shape">The new sizes; one of them may be -1, which stands for what is left.</param>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous.</exception>
    public Tensor Reshape(params ReadOnlySpan<long> shape)
    {
        if (!IsContiguous)
            throw new InvalidOperationException($"{this} is not contiguous; copy it with ToContiguous() before reshaping it.");
        Span<long> sizes = stackalloc long[shape.Length];
        shape.CopyTo(sizes);
        int open = sizes.IndexOf(-1);
        if (open >= 0)
        {
            long known = 1;
            foreach (long size in sizes)
                known *= size == -1 ? 1 : size;
            sizes[open] = known == 0 ? 0 : ElementCount / known;
        }

        TensorSpec spec = Spec.Derive(DType, sizes);
        return spec.ElementCount == ElementCount
            ? View(spec, 0, [])
            : throw new ArgumentException($"{this} has {ElementCount} elements; {TensorSpec.Describe(shape)} does not.", nameof(shape));
    }

    /// <summary>Part of one dimension.</summary>
    /// <param name="dimension">Which dimension; negative counts from the end.</param>
    /// <param name="start">The first index taken.</param>
    /// <param name="length">How many indices are taken.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or not that many indices.</exception>
    public Tensor Slice(int dimension, long start, long length)
    {
        int axis = dimension < 0 ? dimension + Rank : dimension;
        if (axis < 0 || axis >= Rank)
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"{this} has {Rank} dimensions.");
        if (start < 0 || length < 0 || start > Shape[axis] - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Indices {start} to {start + length} are outside dimension {axis} of {this}.");
        }

        Span<long> shape = stackalloc long[Rank], strides = stackalloc long[Rank];
        Shape.CopyTo(shape);
        shape[axis] = length;
        for (int i = 0; i < Rank; i++)
            strides[i] = Stride(i);
        return View(Spec.Derive(DType, shape), (Int128)start * strides[axis] * DType.Size(), strides);
    }

    /// <summary>The same memory with other strides.</summary>
    /// <param name="spec">The dtype and shape of the view.</param>
    /// <param name="elementOffset">Elements, of the view's dtype, from this tensor's first to the view's first.</param>
    /// <param name="strides">Elements between neighbours for each dimension.</param>
    /// <exception cref="ArgumentException">An element would lie outside the buffer.</exception>
    public Tensor AsStrided(TensorSpec spec, long elementOffset, params ReadOnlySpan<long> strides) =>
        View(spec, (Int128)elementOffset * spec.DType.Size(), strides);

    /// <summary>This tensor's elements in row-major order: a view when they lie so already, a copy otherwise. Host memory only.</summary>
    public Tensor ToContiguous()
    {
        if (IsContiguous)
            return Alias();
        Tensor copy = Empty(Spec);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Copies another tensor's elements here. Same dtype and shape, both in host memory, any strides; the two may share memory.</summary>
    /// <exception cref="ArgumentException">The specs differ, or a tensor is on a device.</exception>
    /// <exception cref="ObjectDisposedException">One of the two was disposed.</exception>
    public unsafe void CopyFrom(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        ObjectDisposedException.ThrowIf(source.IsDisposed, source);
        if (!Spec.Equals(source.Spec))
            throw new ArgumentException($"Cannot copy {source} to {this}: dtype and shape must be equal.", nameof(source));
        if (!Device.IsCpu || !source.Device.IsCpu)
            throw new ArgumentException($"Cannot copy {source} on {source.Device} to {Device} here; the device's runtime copies.", nameof(source));

        if (IsContiguous && source.IsContiguous)
        {
            Buffer.MemoryCopy((void*)source.Address, (void*)Address, Spec.ByteCount, Spec.ByteCount);
        }
        else if (Overlaps(source) && !IsSameView(source))
        {
            // Element by element, some would be written over before they are read.
            using Tensor copy = Empty(Spec);
            copy.CopyFrom(source);
            CopyFrom(copy);
        }
        else
        {
            int size = DType.Size();
            long columns = Last, fromStep = Rank == 0 ? 0 : source.Stride(-1) * size, toStep = Rank == 0 ? 0 : Stride(-1) * size;
            for (long row = 0; row < Rows; row++)
            {
                byte* from = (byte*)source.RowAddress(row), to = (byte*)RowAddress(row);
                for (long column = 0; column < columns; column++)
                    Buffer.MemoryCopy(from + (column * fromStep), to + (column * toStep), size, size);
            }
        }

        // Addresses alone do not keep the collector from freeing the memory of a tensor that nobody refers to any more.
        GC.KeepAlive(source);
        GC.KeepAlive(this);
    }

    private Tensor View(TensorSpec spec, Int128 byteOffset, ReadOnlySpan<long> strides)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Int128 fromStart = Address - _buffer.Address + byteOffset;
        return fromStart >= 0 && fromStart <= _buffer.ByteCount
            ? new Tensor(spec, _buffer, (long)fromStart, strides)
            : throw new ArgumentException(
                $"A view as {spec} at byte {byteOffset} of {this} would begin outside of its memory at byte {fromStart}; the buffer has {_buffer.ByteCount}.",
                nameof(byteOffset));
    }
}
