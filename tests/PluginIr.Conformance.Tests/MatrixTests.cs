namespace PluginIr.Conformance.Tests;

public sealed class MatrixTests
{
    [Theory]
    [InlineData(ConformanceExtent.Quick)]
    [InlineData(ConformanceExtent.Full)]
    public void A_case_comes_back_from_its_text(ConformanceExtent extent)
    {
        foreach (ConformanceCase @case in ConformanceMatrix.Of(Kit.Kernel("right", "fused_add_rms_norm"), extent))
            Assert.Equal(@case, Kit.Own.Case(@case.ToString()));
    }

    [Fact]
    public void A_case_prints_all_that_it_is_made_of() => Assert.Equal(
        "add/right bf16 3x33 strided aliased special #7",
        new ConformanceCase(
            Kit.Kernel("right"), DType.BFloat16, 3, 33, ConformanceLayout.Strided, ConformancePlacement.Aliased,
            ConformanceValues.Special, 7).ToString());

    [Theory]
    [InlineData("add/right bf16 3x33 strided aliased special")]
    [InlineData("add/right f4 3x33 strided aliased special #7")]
    [InlineData("add/right bf16 3x33 crooked aliased special #7")]
    [InlineData("add/nobody bf16 3x33 strided aliased special #7")]
    public void A_text_that_is_no_case_is_refused_by_name(string text) =>
        Assert.Contains(text, Assert.Throws<FormatException>(() => Kit.Own.Case(text)).Message);

    [Fact]
    public void The_quick_cases_come_first_and_touch_every_dtype_with_every_aspect()
    {
        ConformanceSubject subject = Kit.Kernel("right", "fused_add_rms_norm");
        ConformanceCase[] quick = [.. ConformanceMatrix.Of(subject, ConformanceExtent.Quick)];
        ConformanceCase[] full = [.. ConformanceMatrix.Of(subject)];

        Assert.Equal(quick, full.Take(quick.Length));
        foreach (DType dtype in DTypes.Floating.Members())
        {
            ConformanceCase[] own = [.. quick.Where(c => c.DType == dtype)];
            Assert.Equal(Enum.GetValues<ConformanceLayout>().Length, own.Select(c => c.Layout).Distinct().Count());
            Assert.Equal(Enum.GetValues<ConformancePlacement>().Length, own.Select(c => c.Placement).Distinct().Count());
            Assert.Equal(Enum.GetValues<ConformanceValues>().Length, own.Select(c => c.Values).Distinct().Count());
        }
    }

    [Fact]
    public void The_full_matrix_is_a_product_without_repetition()
    {
        ConformanceCase[] full = [.. ConformanceMatrix.Of(Kit.Kernel("right"))];
        int quick = ConformanceMatrix.Of(Kit.Kernel("right"), ConformanceExtent.Quick).Count();
        var rest = full.Skip(quick).Select(c => c with { Seed = 0 }).ToHashSet();
        Assert.Equal(full.Length - quick, rest.Count);
        Assert.Equal(full.Length, full.Select(c => c.Seed).Distinct().Count());
    }

    [Fact]
    public void A_kernel_gets_the_layouts_and_placements_that_it_claims_and_no_others()
    {
        ConformanceCase[] plain = [.. ConformanceMatrix.Of(Kit.With(Kit.Kernel("right"), Inplace.Never, strided: false, alignment: 64))];
        Assert.All(plain, c => Assert.Equal((ConformanceLayout.Contiguous, ConformancePlacement.Fresh), (c.Layout, c.Placement)));

        ConformanceCase[] only = [.. ConformanceMatrix.Of(Kit.Kernel("in_place_only"))];
        Assert.All(only, c => Assert.Equal(ConformancePlacement.Aliased, c.Placement));
        Assert.Contains(only, c => c.Layout == ConformanceLayout.Offset);
    }

    [Fact]
    public void A_case_that_dispatch_would_never_offer_is_refused()
    {
        ConformanceSubject plain = Kit.With(Kit.Kernel("right"), Inplace.Never, strided: false);
        var @case = new ConformanceCase(plain, DType.Float32, 1, 1, ConformanceLayout.Strided, default, default, 0);
        Assert.Contains("dispatch would never offer it", Assert.Throws<ArgumentException>(() => new KernelCheck().Check(@case)).Message);
    }

    [Fact]
    public void Equal_cases_make_equal_arguments_with_special_values_among_them()
    {
        ConformanceCase @case = Kit.Own.Case("add/right f32 13x17 contiguous fresh special #5");
        using OpArguments first = @case.Generate(), second = @case.Generate();
        Assert.True(first.Tensors[0]!.AsBytes().SequenceEqual(second.Tensors[0]!.AsBytes()));

        float[] values = first.Tensors[0]!.ToSingles();
        Assert.Contains(values, float.IsNaN);
        Assert.Contains(float.PositiveInfinity, values);
        Assert.Contains(float.NegativeInfinity, values);
        Assert.Contains(values, v => v != 0 && Math.Abs(v) < 1e-38f);
        Assert.Contains(1e30f, values);
    }

    [Fact]
    public void A_kernel_of_another_schema_is_refused() => Assert.Throws<ArgumentException>(
        () => new ConformanceSubject(Kit.Kernel("right").Op, Kit.Kernel("divides", "static_quant_fp8").Kernel));
}
