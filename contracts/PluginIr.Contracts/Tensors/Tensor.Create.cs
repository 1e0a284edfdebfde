using System.Runtime.InteropServices;

namespace PluginIr;

// Making host tensors.
public sealed partial class Tensor
{
    /// <summary>A host tensor with undefined contents.</summary>
    public static Tensor Empty(TensorSpec spec) => new(spec, TensorBuffer.AllocateCpu((nuint)spec.ByteCount));

    /// <summary>A host tensor with undefined contents.</summary>
    public static Tensor Empty(DType dtype, params ReadOnlySpan<long> shape) => Empty(new TensorSpec(dtype, shape));

    /// <summary>A host tensor of zeros.</summary>
    public static unsafe Tensor Zeros(DType dtype, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Empty(dtype, shape);
        NativeMemory.Clear((void*)tensor.Address, (nuint)tensor.Spec.ByteCount);
        return tensor;
    }

    /// <summary>A host tensor with a copy of these elements.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements than <paramref name="elements"/>.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        var spec = new TensorSpec(DTypeExtensions.Of<T>(), shape);
        if (spec.ElementCount != elements.Length)
            throw new ArgumentException($"{spec} has {spec.ElementCount} elements; found {elements.Length}.", nameof(elements));
        Tensor tensor = Empty(spec);
        elements.CopyTo(tensor.AsSpan<T>());
        return tensor;
    }

    /// <summary>A host tensor with these float32 values rounded to <paramref name="dtype"/>, to nearest even.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements than <paramref name="values"/>.</exception>
    public static Tensor FromSingles(DType dtype, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var spec = new TensorSpec(dtype, shape);
        if (spec.ElementCount != values.Length)
            throw new ArgumentException($"{spec} has {spec.ElementCount} elements; found {values.Length}.", nameof(values));
        Tensor tensor = Empty(spec);
        ElementConversion.FromSingles(values, tensor.AsBytes(), dtype);
        return tensor;
    }
}
