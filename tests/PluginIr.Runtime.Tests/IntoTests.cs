using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>Calls that write into the caller's memory.</summary>
public sealed class IntoTests
{
    private static readonly float[] s_values = [1, 2, 3, 4];

    [Fact]
    public void A_strided_output_goes_past_kernels_of_contiguous_tensors_and_its_gaps_are_not_written()
    {
        IrRuntime ir = Generations.Runtime("strict", "everything");
        using Tensor x = Tensor.FromSingles(DType.Float32, s_values, 2, 2);
        using Tensor memory = Tensor.FromSingles(DType.Float32, [9, 9, 9, 9, 9, 9], 2, 3), middle = memory.Slice(1, 1, 2);
        ir.RmsNormInto(x, null, 1e-6f, middle);
        Assert.Equal([9, 1, 1, 9, 1, 1], memory.AsSpan<float>());
    }

    [Theory]
    [InlineData(0, 1, 2)] // transposed
    [InlineData(2, -2, 1)] // rows in reverse
    [InlineData(3, -2, -1)] // reversed altogether
    public void Native_writes_a_view_as_it_writes_a_copy(long first, long rowStride, long columnStride)
    {
        var ir = new IrRuntime();
        using Tensor x = Tensor.FromSingles(DType.Float32, s_values, 2, 2), memory = Tensor.Zeros(DType.Float32, 2, 2);
        using Tensor view = memory.AsStrided(x.Spec, first, rowStride, columnStride), expected = ir.RmsNorm(x, null, 1e-6f);
        ir.RmsNormInto(x, null, 1e-6f, view);
        using Tensor copy = view.ToContiguous();
        Assert.Equal(expected.AsSpan<float>(), copy.AsSpan<float>());
    }

    [Fact]
    public void An_unaligned_output_goes_past_kernels_that_ask_for_alignment()
    {
        IrRuntime ir = Generations.Runtime("strict", "everything");
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 16), memory = Tensor.Zeros(DType.Float32, 32);
        using Tensor aligned = memory.AsStrided(x.Spec, 16, 16, 1), unaligned = memory.AsStrided(x.Spec, 4, 16, 1);
        Assert.Equal("strict", Served.By(ir, () => ir.RmsNormInto(x, null, 1e-6f, aligned)));
        Assert.Equal("everything", Served.By(ir, () => ir.RmsNormInto(x, null, 1e-6f, unaligned)));
    }

    [Fact]
    public void An_output_on_another_device_is_refused()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 2);
        using Tensor away = new(x.Spec, new TensorBuffer(new Device(DeviceKind.Get("npu")), 4096, 64, null));
        OpArgumentException refused = Assert.Throws<OpArgumentException>(() => ir.RmsNormInto(x, null, 1e-6f, away));
        Assert.Contains("'out' is on npu, the call's first tensor on cpu", refused.Message);
        Assert.Equal("rms_norm", refused.Op);
    }

    [Fact]
    public void A_disposed_tensor_is_refused_wherever_it_stands_and_nothing_is_written()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using Tensor x = Tensor.FromSingles(DType.Float32, s_values, 2, 2), output = Tensor.Zeros(DType.Float32, 2, 2);
        Tensor gone = Tensor.Zeros(DType.Float32, 2, 2), weight = Tensor.Zeros(DType.Float32, 2);
        gone.Dispose();
        weight.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ir.RmsNormInto(x, null, 1e-6f, gone));
        Assert.Throws<ObjectDisposedException>(() => ir.RmsNormInto(x, weight, 1e-6f, output));
        Assert.Throws<ObjectDisposedException>(() => ir.RmsNormInto(gone, null, 1e-6f, output));
        Assert.Throws<ObjectDisposedException>(() => ir.FusedAddRmsNormMaybeInplace(x, gone, null, 1e-6f));
        Assert.Throws<ObjectDisposedException>(() => ir.Call("rms_norm", [gone, null], [1e-6f, Schemas.AttributeValue.None]));
        Assert.Equal(new float[4], output.AsSpan<float>());
    }

    [Fact]
    public void A_call_that_no_kernel_takes_names_each_candidate_with_its_reason()
    {
        IrRuntime ir = Generations.Runtime("npu_kernels", "absent");
        using Tensor away = new(new TensorSpec(DType.Float32, 2, 2), new TensorBuffer(new Device(DeviceKind.Get("dsp")), 4096, 64, null));
        NoKernelException refused = Assert.Throws<NoKernelException>(() => ir.RmsNorm(away, null, 1e-6f));
        Assert.Equal("rms_norm", refused.Op);
        Assert.Contains("x: f32[2,2], weight: None", refused.Message);
        foreach (string line in (string[])["npu_kernels (tests", "works on npu, the tensors are on dsp", "absent (tests", "native (native"])
            Assert.Contains(line, refused.Message);
    }

    [Fact]
    public void A_refused_call_is_not_counted_and_does_not_hold_a_drain()
    {
        IrRuntime ir = Generations.Runtime("npu_kernels");
        var counter = new Observing.CallCounter();
        ir.Observer = counter;
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 2), other = Tensor.Zeros(DType.Float32, 2, 3);
        using Tensor away = new(x.Spec, new TensorBuffer(new Device(DeviceKind.Get("dsp")), 4096, 64, null));
        Assert.Throws<OpArgumentException>(() => ir.RmsNormInto(x, null, 1e-6f, other));
        Assert.Throws<NoKernelException>(() => ir.RmsNorm(away, null, 1e-6f));
        Assert.Empty(counter.Counts);
        Assert.True(ir.DrainAsync(ir.Replace("tests", null), TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }
}
