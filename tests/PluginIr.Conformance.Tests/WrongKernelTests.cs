using static PluginIr.Conformance.ConformanceFailureKind;

namespace PluginIr.Conformance.Tests;

/// <summary>The checks can fail: each rule has a kernel that breaks it and one that keeps it.</summary>
public sealed class WrongKernelTests
{
    [Theory]
    [InlineData("one_element", WrongValue)]
    [InlineData("drops_nan", WrongSpecialValue)]
    [InlineData("flips_infinity", WrongSpecialValue)]
    [InlineData("lies_about_aliasing", WrongInPlace)]
    [InlineData("leaves_unwritten", UnwrittenOutput)]
    [InlineData("writes_past_end", WroteOutside)]
    [InlineData("writes_before_start", WroteOutside)]
    [InlineData("writes_past_input", WroteOutside)]
    [InlineData("mistakes_element_size", WroteOutside)]
    [InlineData("writes_into_gap", WroteIntoGap)]
    [InlineData("ignores_strides", WroteIntoGap)]
    [InlineData("changes_input", ChangedInput)]
    [InlineData("reads_past_end", ReadUndefinedMemory)]
    [InlineData("nondeterministic", ConformanceFailureKind.Nondeterministic)]
    [InlineData("depends_on_batch", NotBatchInvariant)]
    [InlineData("throws_at_odd_rows", Threw)]
    [InlineData("needs_alignment", Threw)]
    [InlineData("predicate_throws", PredicateThrew)]
    [InlineData("predicate_allocates", PredicateAllocated)]
    [InlineData("predicate_wavers", PredicateInconsistent)]
    public void A_kernel_that_breaks_a_rule_is_found_by_the_quick_cases(string provider, ConformanceFailureKind kind)
    {
        KernelReport report = Kit.Run(Kit.Kernel(provider));

        Assert.False(report.Succeeded);
        Assert.All(report.Failures, failure => Assert.Equal(kind, failure.Kind));
    }

    [Theory]
    [InlineData("embedding", "mistakes_index_size")]
    [InlineData("rms_norm", "ignores_epsilon")]
    [InlineData("rms_norm", "takes_matrices")]
    [InlineData("rotary_embedding", "rotates_flat_heads")]
    [InlineData("update_rows", "updates_matrices")]
    [InlineData("cached_attention", "attends_to_one_sequence")]
    [InlineData("cached_attention", "ignores_scale")]
    public void A_kernel_that_is_right_for_the_plainest_inputs_alone_is_found_by_the_quick_cases_and_without_time(string op, string provider)
    {
        ConformanceSubject subject = Kit.Kernel(provider, op);
        Assert.False(Kit.Run(subject).Succeeded);
        Assert.False(Kit.Run(subject, new ConformanceBudget { Total = TimeSpan.Zero }).Succeeded);
    }

    [Theory]
    [InlineData("add", "right")]
    [InlineData("fused_add_rms_norm", "right")]
    [InlineData("add", "in_place_only")]
    [InlineData("add", "picky")]
    [InlineData("rms_norm", "masks_mixed_dtypes")]
    [InlineData("static_quant_fp8", "divides")]
    public void A_kernel_that_breaks_none_passes(string op, string provider)
    {
        var budget = new ConformanceBudget { PerKernel = TimeSpan.FromMilliseconds(500) };
        KernelReport report = Kit.Run(Kit.Kernel(provider, op), budget);
        Assert.True(report.IsProven, report.ToString());
    }

    [Fact]
    public void A_kernel_wrong_in_one_dtype_fails_in_that_dtype_only()
    {
        KernelReport report = Kit.Run(Kit.Kernel("one_element"), ConformanceBudget.Quick with { MaxFailures = int.MaxValue });
        Assert.All(report.Failures, failure => Assert.StartsWith("add/one_element bf16 ", failure.Case));
        Assert.True(report.Passed >= 2 * report.Failures.Count);
    }

    [Fact]
    public void A_kernel_wrong_in_place_passes_into_fresh_outputs()
    {
        ConformanceSubject lying = Kit.Kernel("lies_about_aliasing");
        Assert.True(Kit.Run(Kit.With(lying, Inplace.Never, strided: false)).IsProven);
        Assert.All(Kit.Run(lying).Failures, failure => Assert.Contains(" aliased ", failure.Case));
    }

    [Fact]
    public void A_kernel_that_needs_alignment_passes_when_it_says_so() =>
        Assert.True(Kit.Run(Kit.With(Kit.Kernel("needs_alignment"), Inplace.Never, strided: false, alignment: 16)).IsProven);

    [Fact]
    public void A_kernel_that_ignores_strides_passes_when_it_claims_none() =>
        Assert.True(Kit.Run(Kit.With(Kit.Kernel("ignores_strides"), Inplace.Never, strided: false)).IsProven);

    [Fact]
    public void A_weight_of_another_dtype_is_tried_on_kernels_that_do_not_mask_it()
    {
        KernelReport report = Kit.Run(Kit.Kernel("mistakes_weight", "rms_norm"));
        Assert.False(report.Succeeded);
        Assert.All(report.Failures, failure => Assert.Contains(" recast ", failure.Case));
    }

    [Fact]
    public void Float8_quotients_may_round_to_a_neighbour_now_and_then_and_no_more()
    {
        var budget = new ConformanceBudget { PerKernel = TimeSpan.FromMilliseconds(500) };
        Assert.True(Kit.Run(Kit.Kernel("divides", "static_quant_fp8"), budget).IsProven);
        ConformanceFailure failure = Kit.Run(Kit.Kernel("truncates", "static_quant_fp8"), budget).Failures[0];
        Assert.Equal(WrongValue, failure.Kind);
    }

    [Fact]
    public void A_kernel_that_declines_everything_breaks_no_rule_and_is_not_proven()
    {
        KernelReport report = Kit.Run(Kit.Kernel("unwilling"));
        Assert.True(report.Succeeded);
        Assert.False(report.IsProven);
        Assert.Equal(0, report.Passed);
        Assert.NotEqual(0, report.Declined);
        Assert.Equal($"none of {report.Declined} cases was taken by its predicate", report.Doubt);
        Assert.EndsWith($"; not proved: {report.Doubt}", report.ToString());
    }

    [Fact]
    public void A_kernel_that_takes_none_of_the_quick_cases_is_run_at_sizes_of_whole_blocks()
    {
        KernelReport report = Kit.Run(Kit.Kernel("wrong_in_blocks"), new ConformanceBudget { Total = TimeSpan.Zero });
        Assert.False(report.Succeeded);
        Assert.Null(report.Doubt);
        Assert.Contains(" 1x256 ", report.Failures[0].Case);
    }

    [Fact]
    public void A_kernel_whose_op_takes_whole_blocks_alone_is_proven()
    {
        KernelReport report = Kit.Run(Kit.Kernel("native", "whole_blocks"));
        Assert.True(report.IsProven, report.ToString());
        Assert.True(report.Passed > DTypes.Floating.Members().Count(), report.ToString());
    }

    [Fact]
    public void A_kernel_that_claims_no_dtype_of_its_op_is_not_proven_for_want_of_cases()
    {
        KernelReport report = Kit.Run(Kit.With(Kit.Kernel("right"), Inplace.Never, strided: false, dtypes: DTypes.I8));
        Assert.False(report.IsProven);
        Assert.Contains("takes none of the dtypes", report.Doubt);
    }

    [Fact]
    public void What_a_kernel_declines_by_chance_is_tried_with_other_seeds()
    {
        // Now and then the generator gives a variance_size, which this kernel does not take.
        ConformanceSubject subject = Kit.Kernel("masks_mixed_dtypes", "rms_norm");
        var check = new KernelCheck();
        Assert.Contains(
            ConformanceMatrix.Of(subject, ConformanceExtent.Quick), c => check.Check(c).Outcome == ConformanceOutcome.Declined);
        Assert.Equal(0, Kit.Run(subject).Declined);
    }

    [Fact]
    public void A_message_names_op_provider_method_values_and_case()
    {
        ConformanceFailure failure = Kit.Run(Kit.Kernel("one_element")).Failures[0];
        Assert.Contains("add by provider 'one_element' (PluginIr.Conformance.Tests.Wrong.OneElement.Run)", failure.Message);
        Assert.Contains("bf16 out[2,32] is ", failure.Message);
        Assert.Contains("; expected ", failure.Message);
        Assert.Contains("1 of 99 elements", failure.Message);
        Assert.EndsWith($". Run it again: PluginConformance.Of(assembly).Check(\"{failure.Case}\"), with the plugin's assembly.", failure.Message);
        Assert.Equal(("out", 98L), (failure.Output, failure.Position!.Value));
        Assert.True(Math.Abs(failure.Actual!.Value - failure.Expected!.Value) > failure.Bound);
    }

    [Theory]
    [InlineData("throws_at_odd_rows", "it threw InvalidOperationException: an odd number of rows (at PluginIr.Conformance.Tests.Wrong.Throws.Run in Throws.cs:line 15). Run it again: ")]
    [InlineData("predicate_throws", "it threw DivideByZeroException: Attempted to divide by zero (at PluginIr.Conformance.Tests.Wrong.PredicateThrows.Accepts in PredicateThrows.cs:line 10). Run it again: ")]
    [InlineData("needs_alignment", " (at PluginIr.Conformance.Tests.Wrong.NeedsAlignment.")]
    public void A_message_says_where_in_the_plugin_it_threw(string provider, string saying) =>
        Assert.All(Kit.Run(Kit.Kernel(provider)).Failures, failure => Assert.Contains(saying, failure.Message));

    [Fact]
    public void What_the_framework_or_the_contracts_throw_is_placed_where_the_plugin_called_them()
    {
        ConformanceFailure failure = Kit.Run(Kit.Kernel("throws_below")).Failures[0];
        Assert.Contains("(at PluginIr.Conformance.Tests.Wrong.ThrowsBelow.Fill in ThrowsBelow.cs:line ", failure.Problem);
    }

    [Fact]
    public void Failures_that_differ_in_their_cases_alone_are_one_finding_with_their_number()
    {
        KernelReport report = Kit.Run(Kit.Kernel("throws_at_odd_rows"), ConformanceBudget.Quick with { MaxFailures = 4 });
        Assert.Equal(4, report.Failures.Select(f => f.Case).Distinct().Count());
        Assert.Equal([$"{report.Failures[0].Message} 3 more cases failed alike."], report.Findings);
        Assert.EndsWith($"{Environment.NewLine}  {report.Findings[0]}", report.ToString());

        report = Kit.Run(Kit.Kernel("throws_at_odd_rows"), ConformanceBudget.Quick with { MaxFailures = 2 });
        Assert.Equal([$"{report.Failures[0].Message} 1 more case failed alike."], report.Findings);
        report = Kit.Run(Kit.Kernel("one_element"));
        Assert.Equal(report.Failures.Select(f => f.Message), report.Findings);
    }

    [Fact]
    public void A_failure_comes_again_from_the_text_of_its_case()
    {
        ConformanceFailure failure = Kit.Run(Kit.Kernel("one_element")).Failures[0];
        ConformanceException again = Assert.Throws<ConformanceException>(() => Kit.Own.Check(failure.Case));
        Assert.Equal(failure.Message, again.Message);
    }
}
