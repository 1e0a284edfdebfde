using System.Numerics.Tensors;

namespace PluginIr.Runtime;

/// <summary>Tensors as <see cref="System.Numerics.Tensors"/> sees them, without copying.</summary>
public static class TensorInterop
{
    /// <summary>A host tensor's elements with its shape and strides. A scalar's has one dimension: a span of none has no element.</summary>
    /// <typeparam name="T">The CLR type of the dtype's elements.</typeparam>
    /// <exception cref="InvalidOperationException">The dtype is another, a stride is negative, or the tensor is on a device.</exception>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public static unsafe TensorSpan<T> AsTensorSpan<T>(this Tensor tensor) where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(tensor.IsDisposed, tensor);
        DType asked = DTypeExtensions.Of<T>();
        if (asked != tensor.DType)
            throw new InvalidOperationException($"{tensor} holds {tensor.DType.Name()}, not {asked.Name()} ({typeof(T).Name}).");
        if (!tensor.Device.IsCpu)
            throw new InvalidOperationException($"{tensor} is on {tensor.Device}; spans reach host memory only. Copy it to the host first.");
        if ((tensor.Traits & Dispatch.CallTraits.NegativeStride) != 0)
            throw new InvalidOperationException($"{tensor} has a negative stride, which a TensorSpan cannot show. Copy it with ToContiguous() first.");

        int rank = Math.Max(1, tensor.Rank);
        nint[] lengths = new nint[rank], strides = new nint[rank];
        lengths[0] = 1;
        for (int i = 0; i < tensor.Rank; i++)
        {
            lengths[i] = (nint)tensor.Shape[i];
            strides[i] = tensor.Shape[i] > 1 ? (nint)tensor.Stride(i) : 0; // TensorSpan wants 0 where there is nothing to step over.
        }

        return new TensorSpan<T>(tensor.Pointer<T>(), (tensor.End - tensor.Start) / sizeof(T), lengths, strides);
    }

    /// <summary>The same, read-only.</summary>
    /// <typeparam name="T">The CLR type of the dtype's elements.</typeparam>
    /// <exception cref="InvalidOperationException">As for <see cref="AsTensorSpan"/>.</exception>
    public static ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan<T>(this Tensor tensor) where T : unmanaged => tensor.AsTensorSpan<T>();
}
