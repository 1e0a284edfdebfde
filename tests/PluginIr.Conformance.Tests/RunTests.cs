
namespace PluginIr.Conformance.Tests;

public sealed class RunTests
{
    [Fact]
    public void Without_time_every_kernel_still_gets_each_dtype_in_each_placement_with_ordinary_and_special_values_and_each_layout()
    {
        const int DTypes = 3, Values = 2, Views = 6, Offset = 1;
        ConformanceSubject[] kernels = [Kit.Kernel("right"), Kit.With(Kit.Kernel("right"), Inplace.Never, strided: false)];
        ConformanceReport report = Kit.Run(kernels, new ConformanceBudget { Total = TimeSpan.Zero });
        Assert.Equal([(DTypes * Values * 2) + Views, (DTypes * Values) + Offset], report.Kernels.Select(k => k.Passed + k.Declined));
        Assert.All(report.Kernels, k => Assert.False(k.IsComplete));
    }

    [Theory]
    [InlineData("one_element")]
    [InlineData("drops_nan")]
    [InlineData("lies_about_aliasing")]
    [InlineData("ignores_strides")]
    public void Without_time_a_kernel_that_is_wrong_in_one_dtype_one_value_one_placement_or_views_is_found_all_the_same(string provider) =>
        Assert.False(Kit.Run([Kit.Kernel(provider)], new ConformanceBudget { Total = TimeSpan.Zero }).Succeeded);

    [Fact]
    public void A_total_is_shared_by_the_kernels_to_come()
    {
        ConformanceSubject[] kernels = [Kit.Kernel("right"), Kit.Kernel("right", "fused_add_rms_norm")];
        ConformanceReport report = Kit.Run(kernels, new ConformanceBudget { Total = TimeSpan.FromMilliseconds(400) });
        Assert.All(report.Kernels, k => Assert.True(k.IsProven, k.ToString()));
        Assert.All(report.Kernels, k => Assert.False(k.IsComplete));
    }

    [Fact]
    public void A_kernel_that_failed_often_enough_is_not_run_any_more()
    {
        KernelReport report = Kit.Run(Kit.Kernel("changes_input"), ConformanceBudget.Quick with { MaxFailures = 2 });
        Assert.Equal(2, report.Failures.Count);
        Assert.False(report.IsComplete);
    }

    [Fact]
    public void A_cancelled_run_ends_before_its_next_case()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => ConformanceRun.Run([Kit.Kernel("right")], ConformanceBudget.Quick, source.Token));
    }

    [Fact]
    public void Several_kernels_are_reported_in_order_and_fail_together()
    {
        ConformanceReport report = Kit.Run([Kit.Kernel("right"), Kit.Kernel("drops_nan")], ConformanceBudget.Quick);
        Assert.Equal(["right", "drops_nan"], report.Kernels.Select(k => k.Provider));
        Assert.Equal([true, false], report.Kernels.Select(k => k.Succeeded));
        Assert.False(report.Succeeded);
        Assert.Contains("add/right: ", report.ToString());
        Assert.Contains(report.Failures.First().Message, report.ToString());
    }

    [Fact]
    public void Warming_runs_a_kernel_for_every_dtype_that_it_takes()
    {
        const int Dtypes = 3, Sizes = 4;
        Assert.Equal(Dtypes * Sizes, KernelWarmup.Warm(Kit.Kernel("right")));
        Assert.Equal(Dtypes * Sizes * 5, KernelWarmup.Warm(Kit.Kernel("in_place_only"), 5));
        Assert.Equal(Dtypes * Sizes * 5, KernelWarmup.Warm(Kit.Kernel("picky"), 5));
        Assert.Equal(0, KernelWarmup.Warm(Kit.Kernel("unwilling"), 5));
    }

    [Fact]
    public void Warming_runs_a_kernel_with_optional_arguments_and_without()
    {
        // weight and variance_size: four choices, of which a few seeds find some.
        const int Dtypes = 3, Sizes = 4, Choices = 4;
        Assert.InRange(KernelWarmup.Warm(Kit.Kernel("ignores_epsilon", "rms_norm")), Dtypes * Sizes * 2, Dtypes * Sizes * Choices);
    }

    [Fact]
    public void Warming_goes_past_sizes_that_the_op_itself_refuses()
    {
        ConformanceSubject pairs = Kit.Kernel("native", "pair_rows");
        const int EvenSizes = 3;
        Assert.Equal(pairs.Kernel.DTypes.Members().Count() * EvenSizes, KernelWarmup.Warm(pairs));
    }

    [Fact]
    public void Vendors_check_cases_by_text_or_as_they_are()
    {
        Assert.Equal(ConformanceOutcome.Passed, Kit.Own.Check("add/picky f32 3x16 offset fresh normal #1"));
        Assert.Equal(ConformanceOutcome.Declined, Kit.Own.Check("add/picky f32 3x17 offset fresh normal #1"));
        Assert.Equal(ConformanceOutcome.Refused, Kit.Own.Check("static_quant_fp8/divides i8 2x16 contiguous fresh normal #0"));
        Assert.All(
            Kit.CpuSimd.Cases(ConformanceExtent.Quick).Take(20),
            c => Assert.NotEqual(ConformanceOutcome.Refused, PluginConformance.Check(c)));
    }

    [Fact]
    public void An_assembly_that_is_no_plugin_is_refused() => Assert.Contains(
        "is not a plugin", Assert.Throws<ConformanceException>(() => PluginConformance.Of(typeof(FactAttribute).Assembly)).Message);

    [Fact]
    public void Another_devices_memory_is_placed_and_fetched_by_the_hosts_seam()
    {
        var device = new CountingDevice();
        ConformanceSubject right = Kit.Kernel("right"), wrong = Kit.Kernel("writes_past_end");
        Assert.True(Kit.Run(new ConformanceSubject(right.Op, right.Kernel, device)).IsProven);
        Assert.NotEqual(0, device.Placed);
        Assert.Equal(device.Placed, device.Fetched);
        Assert.False(Kit.Run(new ConformanceSubject(wrong.Op, wrong.Kernel, device)).Succeeded);
    }

    [Fact]
    public void Without_time_what_is_proved_whatever_the_time_is_all_that_is_run()
    {
        ConformanceReport report = Kit.Run(Kit.CpuSimd.Kernels, ConformanceBudget.Quick with { Total = TimeSpan.Zero });
        Assert.True(report.Succeeded, report.ToString());
        int run = report.Kernels.Sum(kernel => kernel.Passed + kernel.Declined + kernel.Refused), all = Kit.CpuSimd.Cases(ConformanceExtent.Quick).Count();
        Assert.InRange(run, report.Kernels.Count, all / 2);
        Assert.All(report.Kernels, kernel => Assert.NotEqual(0, kernel.Passed));
    }
}
