using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using PluginIr.Runtime.Tests.Fixtures;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>What is said of each candidate for a call.</summary>
public sealed class ExplainTests
{
    private static readonly AttributeValue[] s_attributes = [1e-6f, AttributeValue.None];

    [Fact]
    public void A_predicate_that_throws_is_a_reason_like_another_and_the_next_kernel_is_asked()
    {
        var ir = new IrRuntime();
        ir.Replace("tests", Generations.Of("tests", "matrices", "everything"));
        ir.SetPriority(PriorityTable.Default.With("rms_norm", "matrices", "everything"));
        using Tensor x = Tensor.Zeros(DType.Float32, 4);
        Explanation explanation = Explain(ir, x);
        Assert.StartsWith("its predicate threw IndexOutOfRangeException: ", explanation.Candidates.Single(c => c.Provider == "matrices").Reason);
        Assert.Equal("everything", explanation.Taken!.Provider);
    }

    [Fact]
    public void Candidates_come_in_the_order_that_dispatch_tries_them_then_those_that_it_does_not()
    {
        var ir = new IrRuntime();
        ir.Replace("tests", Generations.Of("tests", "shorts", "strict", "everything", "absent", "scripted", "npu_kernels"));
        ir.SetPriority(PriorityTable.Default.With("rms_norm", "absent", "strict", "shorts", "everything", "npu_kernels"));
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4);
        Explanation explanation = Explain(ir, x);

        Assert.Equal(
            [
                ("strict", 0, true, "accepts, first in the order to do so"),
                ("shorts", 1, false, "accepts, but an earlier one was taken"),
                ("everything", 2, false, "accepts, but an earlier one was taken"),
            ],
            explanation.Candidates.Take(3).Select(c => (c.Provider, c.Position!.Value, c.IsTaken, c.Reason)));
        Dictionary<string, string> others = explanation.Candidates.Skip(3).ToDictionary(c => c.Provider, c => c.Reason);
        Assert.Equal(4, others.Count);
        Assert.Contains("comes after a kernel that takes every call", others["native"]);
        Assert.Contains("not supported here: the quantum unit is missing", others["absent"]);
        Assert.Contains("in no priority list", others["scripted"]);
        Assert.Contains("works on npu", others["npu_kernels"]);
        Assert.All(explanation.Candidates.Skip(3), c => Assert.Null(c.Position));
        Assert.Equal("strict", explanation.Taken!.Provider);
    }

    [Fact]
    public void The_text_has_a_line_for_each_candidate_and_a_star_for_the_one_taken()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4);
        string[] lines = Explain(ir, x).ToString().Split(Environment.NewLine);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("  * everything (tests 1.0 (generation 1), PluginIr.Runtime.Tests.Fixtures.Everything.RmsNorm): accepts", lines[0]);
        Assert.StartsWith($"  - native ({ir.Registry.Op("rms_norm").Generation}, PluginIr.Ops.RmsNorm.Native): comes after", lines[1]);
    }

    [Fact]
    public void Every_reason_to_decline_is_given_not_the_first_alone()
    {
        IrRuntime ir = Generations.Runtime("strict");
        using Tensor memory = Tensor.Zeros(DType.BFloat16, 4, 40), weight = Tensor.Zeros(DType.Float32, 32);
        using Tensor x = memory.AsStrided(new TensorSpec(DType.BFloat16, 4, 32), 121, -40, 1);
        AttributeValue[] attributes = [1e-6f, 16];
        string reason = Explain(ir, x, weight, attributes).Candidates.Single(c => c.Provider == "strict").Reason;
        string[] parts = ["not contiguous", "negative stride", "multiple of 64", "different dtypes", "'variance_size' is given"];
        Assert.All(parts, part => Assert.Contains(part, reason));
    }

    [Fact]
    public void An_unknown_op_is_refused_with_the_nearest_name() => Assert.Contains(
        "Did you mean 'rms_norm'",
        Assert.Throws<ArgumentException>(
            () => new IrRuntime().Explain("rms_nrom", DeviceKind.Cpu, CallTraits.Call, new SpecArguments([], []))).Message);

    [Fact]
    public void Where_explain_says_that_a_call_goes_is_where_it_goes()
    {
        IrRuntime ir = Generations.Runtime("shorts", "strict", "everything");
        var taken = new HashSet<string>();
        foreach (DType dtype in (DType[])[DType.Float32, DType.BFloat16, DType.Float16])
        {
            foreach (long columns in (long[])[4, 16, 33])
            {
                using Tensor memory = Tensor.Zeros(dtype, 8, 64);
                using Tensor sameWeight = Tensor.Zeros(dtype, columns), otherWeight = Tensor.Zeros(DType.Float32, columns);
                var spec = new TensorSpec(dtype, 3, columns);
                Tensor[] views =
                [
                    memory.AsStrided(spec, 0, columns, 1), memory.AsStrided(spec, 1, columns, 1), memory.AsStrided(spec, 0, 64, 1),
                    memory.AsStrided(spec, 128, -64, 1), memory.AsStrided(spec, 0, 1, 3),
                ];
                foreach (Tensor x in views)
                {
                    foreach (Tensor? weight in (Tensor?[])[null, sameWeight, otherWeight])
                    {
                        foreach (int? varianceSize in (int?[])[null, 2])
                        {
                            AttributeValue[] attributes = [1e-6f, varianceSize is { } size ? size : AttributeValue.None];
                            string said = Explain(ir, x, weight, attributes).Taken!.Provider;
                            Assert.Equal(said, Served.By(ir, () => ir.RmsNorm(x, weight, 1e-6f, varianceSize)));
                            Assert.Equal(said, Served.By(ir, () => ir.Call("rms_norm", [x, weight], attributes)));
                            taken.Add(said);
                        }
                    }
                }
            }
        }

        Assert.Equal(["everything", "shorts", "strict"], taken.Order());
    }

    private static Explanation Explain(IrRuntime ir, Tensor x, Tensor? weight = null, AttributeValue[]? attributes = null)
    {
        RegisteredOp op = ir.Registry.Op("rms_norm");
        CallTraits traits = PackedCall.TraitsOf(op, (Tensor?[])[x, weight], attributes ?? s_attributes);
        return ir.Explain("rms_norm", x.Device.Kind, traits, new SpecArguments([x.Spec, weight?.Spec], attributes ?? s_attributes));
    }
}
