using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

public sealed class SelectionTests
{
    private const float Native = 0;

    [Fact]
    public void The_first_in_the_list_that_takes_the_call_serves_it()
    {
        IrRuntime ir = Generations.Runtime("shorts", "strict", "everything");
        Assert.Equal(2, Run(ir, Tensor.Zeros(DType.Float32, 1, 4)));
        Assert.Equal(3, Run(ir, Tensor.Zeros(DType.Float32, 1, 16)));
        Assert.Equal(3, Run(ir, Tensor.Zeros(DType.BFloat16, 1, 4)));
    }

    [Fact]
    public void A_provider_that_is_in_no_list_is_not_used()
    {
        var ir = new IrRuntime();
        ir.Replace("tests", Generations.Of("tests", "everything"));
        Assert.Equal(Native, Run(ir, Tensor.Zeros(DType.Float32, 1, 4)));
    }

    [Fact]
    public void Strided_reversed_and_unaligned_tensors_go_past_kernels_that_do_not_take_them()
    {
        IrRuntime ir = Generations.Runtime("strict", "everything");
        Tensor wide = Tensor.Zeros(DType.Float32, 4, 32);
        Assert.Equal(3, Run(ir, wide));
        Assert.Equal(1, Run(ir, wide.Slice(1, 0, 16)));
        Assert.Equal(1, Run(ir, wide.AsStrided(new TensorSpec(DType.Float32, 4, 32), 96, -32, 1)));
        Assert.Equal(1, Run(ir, Tensor.Zeros(DType.Float32, 128).AsStrided(new TensorSpec(DType.Float32, 1, 64), 4, 64, 1)));
    }

    [Fact]
    public void What_native_computes_of_a_view_is_what_it_computes_of_a_copy()
    {
        var ir = new IrRuntime();
        Tensor wide = Tensor.FromSingles(DType.Float32, [.. Enumerable.Range(0, 128).Select(i => MathF.Sin(i))], 4, 32);
        foreach (Tensor view in (Tensor[])[wide.Slice(1, 3, 16), wide.AsStrided(new TensorSpec(DType.Float32, 4, 32), 96, -32, 1), wide.AsStrided(new TensorSpec(DType.Float32, 32, 4), 0, 1, 32)])
        {
            using Tensor copy = view.ToContiguous(), expected = ir.RmsNorm(copy, null, 1e-6f), actual = ir.RmsNorm(view, null, 1e-6f);
            Assert.Equal(expected.AsSpan<float>(), actual.AsSpan<float>());
        }
    }

    [Fact]
    public void Mixed_dtypes_and_declined_options_go_past_kernels_that_do_not_take_them()
    {
        IrRuntime ir = Generations.Runtime("strict", "everything");
        using Tensor x = Tensor.Zeros(DType.BFloat16, 2, 16), same = Tensor.Zeros(DType.BFloat16, 16), other = Tensor.Zeros(DType.Float32, 16);
        Assert.Equal(3, Marker.Of(ir.RmsNorm(x, same, 1e-6f)));
        Assert.Equal(1, Marker.Of(ir.RmsNorm(x, other, 1e-6f)));
        Assert.Equal(1, Marker.Of(ir.RmsNorm(x, same, 1e-6f, 8)));
    }

    [Fact]
    public void An_unsupported_provider_is_passed_over_and_explain_says_why()
    {
        IrRuntime ir = Generations.Runtime("absent", "everything");
        Assert.Equal(1, Run(ir, Tensor.Zeros(DType.Float32, 1, 4)));
        Assert.Contains("quantum unit", Explain(ir, CallTraits.None, new TensorSpec(DType.Float32, 1, 4)).Candidates.Single(c => c.Provider == "absent").Reason);
    }

    [Fact]
    public void Explain_names_every_candidate_with_what_decides_on_it()
    {
        IrRuntime ir = Generations.Runtime("shorts", "strict", "everything", "absent", "npu_kernels");
        var explanation = Explain(ir, CallTraits.Call | (CallTraits)DTypes.BF16 | CallTraits.Unaligned64 | CallTraits.Strided, new TensorSpec(DType.BFloat16, 1, 4));
        Assert.Equal("everything", explanation.Taken!.Provider);
        var reasons = explanation.Candidates.ToDictionary(c => c.Provider, c => c.Reason);
        Assert.Contains("takes no bfloat16 activations", reasons["shorts"]);
        Assert.Contains("not contiguous", reasons["strict"]);
        Assert.Contains("multiple of 64", reasons["strict"]);
        Assert.Contains("comes after a kernel that takes every call", reasons["native"]);
        Assert.Contains("works on npu", reasons["npu_kernels"]);
        Assert.Contains("declines", Explain(ir, CallTraits.Call | (CallTraits)DTypes.F32, new TensorSpec(DType.Float32, 1, 9)).Candidates.Single(c => c.Provider == "shorts").Reason);
    }

    [Fact]
    public void The_policy_to_fall_back_lets_others_serve_and_warns_once()
    {
        var log = new LogCapture();
        var ir = new IrRuntime(log);
        ir.Replace("tests", Generations.Of("tests", "shorts"));
        ir.SetPriority(PriorityTable.Default.With("rms_norm", "shorts"));
        for (int i = 0; i < 3; i++)
            Assert.Equal(Native, Run(ir, Tensor.Zeros(DType.Float32, 1, 16)));
        Assert.Contains("shorts", Assert.Single(log.Records, r => r.Message.Contains("fell back to native")).Message);
        Assert.Equal(2, Run(ir, Tensor.Zeros(DType.Float32, 1, 4)));
    }

    [Fact]
    public void A_call_by_name_that_falls_back_warns_like_a_typed_one()
    {
        var log = new LogCapture();
        var ir = new IrRuntime(log);
        ir.Replace("tests", Generations.Of("tests", "shorts"));
        ir.SetPriority(PriorityTable.Default.With("rms_norm", "shorts"));
        using Tensor shortRow = Tensor.Zeros(DType.Float32, 1, 4), row = Tensor.Zeros(DType.Float32, 1, 16);
        ir.Call("rms_norm", [shortRow, null], [1e-6f, Schemas.AttributeValue.None]);
        Assert.DoesNotContain(log.Records, r => r.Message.Contains("fell back"));
        ir.Call("rms_norm", [row, null], [1e-6f, Schemas.AttributeValue.None]);
        Assert.Single(log.Records, r => r.Message.Contains("fell back to native"));
    }

    [Fact]
    public void The_policy_to_fail_makes_the_call_fail_and_names_each_candidate()
    {
        var ir = new IrRuntime();
        ir.Replace("tests", Generations.Of("tests", "shorts"));
        ir.SetPriority(PriorityTable.Default.With("rms_norm", "shorts").With("rms_norm", WhenUnavailable.Fail));
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 16);
        NoKernelException refused = Assert.Throws<NoKernelException>(() => ir.RmsNorm(x, null, 1e-6f));
        Assert.Contains("shorts", refused.Message);
        Assert.Contains("its policy is to fail", refused.Message);
        Assert.Equal(2, Run(ir, Tensor.Zeros(DType.Float32, 1, 4)));
    }

    private static float Run(IrRuntime ir, Tensor x)
    {
        using Tensor output = ir.RmsNorm(x, null, 1e-6f);
        return Marker.Of(output);
    }

    private static Explaining.Explanation Explain(IrRuntime ir, CallTraits traits, TensorSpec x) =>
        ir.Explain("rms_norm", DeviceKind.Cpu, traits, new SpecArguments([x, null], [1e-6f, Schemas.AttributeValue.None]));
}
