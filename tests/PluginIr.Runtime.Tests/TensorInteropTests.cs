using System.Numerics.Tensors;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>Tensors as System.Numerics.Tensors sees them.</summary>
public sealed class TensorInteropTests
{
    [Fact]
    public void A_span_has_the_tensors_shape_and_shows_its_elements_where_they_lie()
    {
        using Tensor tensor = Tensor.From<float>([0, 1, 2, 3, 4, 5], 2, 3), column = tensor.Slice(1, 1, 1);
        using Tensor transposed = tensor.AsStrided(new TensorSpec(DType.Float32, 3, 2), 0, 1, 3);
        Assert.Equal([0, 1, 2, 3, 4, 5], ElementsOf(tensor));
        Assert.Equal([0, 3, 1, 4, 2, 5], ElementsOf(transposed));
        Assert.Equal([1, 4], ElementsOf(column));
        Assert.Equal([2, 3], tensor.AsTensorSpan<float>().Lengths);
        Assert.Equal([3, 2], transposed.AsReadOnlyTensorSpan<float>().Lengths);

        transposed.AsTensorSpan<float>()[2, 0] = 20;
        Assert.Equal([0, 1, 20, 3, 4, 5], tensor.ToSingles());
    }

    [Fact]
    public void What_computes_on_spans_takes_a_tensor()
    {
        using Tensor tensor = Tensor.From<float>([1, 2, 3, 4], 2, 2), transposed = tensor.AsStrided(tensor.Spec, 0, 1, 2), output = Tensor.Empty(tensor.Spec);
        System.Numerics.Tensors.Tensor.Add(tensor.AsReadOnlyTensorSpan<float>(), transposed.AsReadOnlyTensorSpan<float>(), output.AsTensorSpan<float>());
        Assert.Equal([2, 5, 5, 8], output.ToSingles());
    }

    [Fact]
    public void A_scalar_and_a_tensor_of_nothing_have_spans_too()
    {
        using Tensor scalar = Tensor.From<long>([7]), nothing = Tensor.Zeros(DType.Float32, 0, 3);
        Assert.Equal(7, scalar.AsTensorSpan<long>()[0]);
        Assert.Equal(0, nothing.AsTensorSpan<float>().FlattenedLength);
    }

    [Fact]
    public void What_a_span_cannot_show_is_refused()
    {
        using Tensor tensor = Tensor.From<float>([1, 2, 3, 4], 4), backward = tensor.AsStrided(tensor.Spec, 3, -1);
        Assert.Contains("holds float32, not int32", Assert.Throws<InvalidOperationException>(() => tensor.AsTensorSpan<int>().FlattenedLength).Message);
        Assert.Contains("negative stride", Assert.Throws<InvalidOperationException>(() => backward.AsTensorSpan<float>().FlattenedLength).Message);
        var away = new TensorBuffer(new Device(DeviceKind.Get("npu")), 4096, 64, null);
        Tensor onDevice = new(tensor.Spec, away), disposed = Tensor.Zeros(DType.Float32, 2);
        Assert.Contains("on npu", Assert.Throws<InvalidOperationException>(() => onDevice.AsTensorSpan<float>().FlattenedLength).Message);
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.AsTensorSpan<float>().FlattenedLength);
    }

    private static float[] ElementsOf(Tensor tensor)
    {
        float[] elements = new float[tensor.ElementCount];
        tensor.AsReadOnlyTensorSpan<float>().FlattenTo(elements);
        return elements;
    }
}
