using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Runtime.Tests.Fixtures;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.Runtime.Tests;

public sealed class CallTests
{
    private static readonly float[] s_values = [1, 2, 3, 4], s_residual = [10, 20, 30, 40], s_sum = [11, 22, 33, 44];

    private static Tensor X => Tensor.FromSingles(DType.Float32, s_values, 2, 2);

    private static Tensor Residual => Tensor.FromSingles(DType.Float32, s_residual, 2, 2);

    [Theory]
    [InlineData("only")]
    [InlineData("never")]
    [InlineData("native")]
    public void A_functional_call_changes_no_input(string provider)
    {
        IrRuntime ir = Generations.Runtime("only", "never");
        using PluginIr.Runtime.Priority.PriorityScope scope = ir.UsePriority("fused_add_rms_norm", provider);
        using Tensor x = X, residual = Residual;
        (Tensor _, Tensor sum) = ir.FusedAddRmsNorm(x, residual, null, 1e-6f);
        Assert.Equal(s_sum, sum.AsSpan<float>());
        Assert.Equal(s_values, x.AsSpan<float>());
        Assert.Equal(s_residual, residual.AsSpan<float>());
    }

    [Fact]
    public void A_packed_call_does_what_the_typed_one_does()
    {
        IrRuntime ir = Generations.Runtime("only");
        using Tensor x = X, residual = Residual;
        AttributeValue[] attributes = [1e-6f, AttributeValue.None];
        (Tensor normed, Tensor sum) = ir.FusedAddRmsNorm(x, residual, null, 1e-6f);
        Tensor[] packed = ir.Call("fused_add_rms_norm", [x, residual, null], attributes);
        Assert.Equal(normed.AsSpan<float>(), packed[0].AsSpan<float>());
        Assert.Equal(sum.AsSpan<float>(), packed[1].AsSpan<float>());
        Assert.Equal(s_values, x.AsSpan<float>());
        Assert.Contains("'fused_add_rms_norm'", Assert.Throws<ArgumentException>(() => ir.Call("fused_add_rms_nrom", [x, residual, null], attributes)).Message);
        Assert.Contains("'x_residual' is required", Assert.Throws<OpArgumentException>(() => ir.Call("fused_add_rms_norm", [x, null, null], attributes)).Message);
        Assert.Contains("takes 3 tensors and 2 attributes", Assert.Throws<OpArgumentException>(() => ir.Call("fused_add_rms_norm", [x, residual], attributes)).Message);
    }

    [Fact]
    public void Wrong_arguments_are_refused_with_what_was_expected_and_found()
    {
        IrRuntime ir = Generations.Runtime("never");
        using Tensor x = X, residual = Residual, shorter = Tensor.Zeros(DType.Float32, 2, 1), half = Tensor.Zeros(DType.Float16, 2, 2), ints = Tensor.Zeros(DType.Int32, 2, 2);
        Refused("f32[2,1]", () => ir.FusedAddRmsNorm(x, shorter, null, 1e-6f));
        Refused("i32[2,2]", () => ir.RmsNorm(ints, null, 1e-6f));
        Refused("weight", () => ir.RmsNorm(x, shorter, 1e-6f));
        Refused("output 'out' must be f32[2,2]; found f16[2,2]", () => ir.RmsNormInto(x, null, 1e-6f, half));
        Refused("output 'out' must be f32[2,2]; found f32[2,1]", () => ir.RmsNormInto(x, null, 1e-6f, shorter));
        Refused("shares memory with 'x'", () => ir.RmsNormInto(x, null, 1e-6f, x));
        Assert.Equal(s_values, x.AsSpan<float>());

        static void Refused(string saying, Action call) => Assert.Contains(saying, Assert.Throws<OpArgumentException>(call).Message);
    }

    [Fact]
    public void Outputs_that_overlap_each_other_or_in_part_or_themselves_are_refused()
    {
        IrRuntime ir = Generations.Runtime("never");
        using Tensor memory = Tensor.Zeros(DType.Float32, 4, 2), x = memory.Slice(0, 0, 2), shifted = memory.Slice(0, 1, 2), residual = Residual, apart = Tensor.Zeros(DType.Float32, 2, 2);
        using Tensor repeated = memory.AsStrided(new TensorSpec(DType.Float32, 2, 2), 0, 0, 1);
        Assert.Contains("'out'", Assert.Throws<OpArgumentException>(() => ir.FusedAddRmsNormInto(x, residual, null, 1e-6f, shifted, apart)).Message);
        Assert.Contains("'residual_out'", Assert.Throws<OpArgumentException>(() => ir.FusedAddRmsNormInto(residual, Residual, null, 1e-6f, apart, apart)).Message);
        Assert.Contains("elements that share memory", Assert.Throws<OpArgumentException>(() => ir.FusedAddRmsNormInto(residual, Residual, null, 1e-6f, repeated, apart)).Message);
        Assert.All(memory.ToSingles(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_stride_of_a_dimension_of_one_element_does_not_matter()
    {
        IrRuntime ir = Generations.Runtime("never");
        using Tensor x = X, row = x.Slice(0, 0, 1), memory = Tensor.Zeros(DType.Float32, 1, 2), expected = ir.RmsNorm(row, null, 1e-6f);
        foreach (long stride in (long[])[long.MinValue, -1, 0, long.MaxValue])
        {
            using Tensor output = memory.AsStrided(memory.Spec, 0, stride, 1);
            ir.RmsNormInto(row, null, 1e-6f, output);
            Assert.Equal(expected.ToSingles(), memory.ToSingles());
            memory.AsSpan<float>().Clear();
        }
    }

    [Fact]
    public void A_disposed_tensor_is_refused()
    {
        IrRuntime ir = Generations.Runtime("everything");
        Tensor x = X;
        x.Dispose();
        Assert.Contains("rms_norm", Assert.Throws<ObjectDisposedException>(() => ir.RmsNorm(x, null, 1e-6f)).Message);
    }

    [Fact]
    public void Tensors_on_two_devices_are_refused_and_a_device_without_kernels_is_named()
    {
        IrRuntime ir = Generations.Runtime("everything");
        var buffer = new TensorBuffer(new Device(DeviceKind.Get("npu")), 4096, 64, null);
        using Tensor x = X, away = new(new TensorSpec(DType.Float32, 2), buffer);
        Assert.Contains("npu", Assert.Throws<OpArgumentException>(() => ir.RmsNorm(x, away, 1e-6f)).Message);
        NoKernelException refused = Assert.Throws<NoKernelException>(() => ir.RmsNorm(new Tensor(new TensorSpec(DType.Float32, 2, 2), buffer), null, 1e-6f));
        Assert.Contains("on npu", refused.Message);
        Assert.Contains("works on cpu, the tensors are on npu", refused.Message);
    }

    [Fact]
    public void A_tensor_that_is_missing_is_refused_with_op_and_input()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using Tensor x = X;
        Assert.Contains("'x' is required", Assert.Throws<OpArgumentException>(() => ir.RmsNorm(null!, null, 1e-6f)).Message);
        Assert.Contains("'x_residual' is required", Assert.Throws<OpArgumentException>(() => ir.FusedAddRmsNormMaybeInplace(x, null!, null, 1e-6f)).Message);
        Assert.Contains("'output' is required", Assert.Throws<OpArgumentException>(() => ir.RmsNormInto(x, null, 1e-6f, null!)).Message);
    }

    [Fact]
    public void A_provider_that_is_asked_for_by_name_is_not_run_with_tensors_of_another_device()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using Tensor away = new(new TensorSpec(DType.Float32, 2, 2), new TensorBuffer(new Device(DeviceKind.Get("npu")), 4096, 64, null));
        Assert.Null(ir.TryCallProvider("rms_norm", "everything", [away, null], [1e-6f, AttributeValue.None], out string? refusal));
        Assert.Equal("works on cpu, the tensors are on npu", refusal);
    }

    [Fact]
    public void A_kernel_that_throws_too_often_is_set_aside_until_its_next_generation()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        ir.MaxFaults = 2;
        using Tensor x = X;
        AttributeValue[] attributes = [1e-6f, AttributeValue.None];
        Scripted.Script = () => throw new TimeoutException("scripted");
        TimeoutException first = Assert.Throws<TimeoutException>(() => ir.RmsNorm(x, null, 1e-6f));
        Assert.Equal(("rms_norm", "scripted", "tests 1.0 (generation 1)"), (first.Data["PluginIr.Op"], first.Data["PluginIr.Provider"], first.Data["PluginIr.Generation"]));
        Assert.Throws<TimeoutException>(() => ir.Call("rms_norm", [x, null], attributes));

        // The next call goes to native; explain says why; other ops and the registry's other kernels are untouched.
        using (Tensor y = ir.RmsNorm(x, null, 1e-6f))
            Assert.NotEqual(6, Marker.Of(y));
        var explanation = ir.Explain("rms_norm", DeviceKind.Cpu, CallTraits.Call, new SpecArguments([x.Spec, null], attributes));
        Assert.Contains("set aside", explanation.Candidates.Single(c => c.Provider == "scripted").Reason);
        Assert.Equal("scripted", Assert.Single(ir.Registry.SetAside).Provider);

        Scripted.Script = null;
        ir.Replace("tests", Generations.Of("tests", 2, "scripted"));
        Assert.Empty(ir.Registry.SetAside);
        Assert.Empty(ir.Faults);
        using (Tensor y = ir.RmsNorm(x, null, 1e-6f))
            Assert.Equal(6, Marker.Of(y));
    }

    [Fact]
    public void An_argument_that_an_op_refuses_is_no_fault_of_the_kernel()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        using Tensor x = X;
        Scripted.Script = () => throw new OpArgumentException("rms_norm", "scripted");
        Assert.Throws<OpArgumentException>(() => ir.RmsNorm(x, null, 1e-6f));
        Scripted.Script = null;
        Assert.Empty(ir.Faults);
    }

    [Fact]
    public void A_kernel_that_throws_gives_its_exception_to_the_caller_and_leaves_the_call()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        using Tensor x = X;
        Scripted.Script = () => throw new TimeoutException("scripted");
        Assert.Equal("scripted", Assert.Throws<TimeoutException>(() => ir.RmsNorm(x, null, 1e-6f)).Message);
        Scripted.Script = null;
        Assert.True(ir.DrainAsync(ir.Replace("tests", null), TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }
}
