using Microsoft.CodeAnalysis;
using PluginIr.Contracts.Generators.Tests.Driving;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

public sealed class KernelDiagnosticTests
{
    private const string Kernel = "[Kernel(\"sum_diff\",";
    private const string Schema = "sum_diff(Tensor x, Tensor x_residual, Tensor? weight, float epsilon, int? size=None) -> (Tensor out, Tensor residual_out)";

    private static readonly RuleCheck s_kernels = new(Sources.OpAndKernels);

    private static readonly RuleCheck s_schemaGiven = new($$"""
        using PluginIr;

        [KernelProvider("fixture")]
        internal static partial class Elsewhere
        {
            [Kernel("scale_shift", Schema = "scale_shift(Tensor x, float scale, float shift=0) -> Tensor")]
            private static void ScaleShift(KernelContext context, Tensor x, float scale, float shift, Tensor output) { }
        }
        """);

    [Fact]
    public void PIR004_a_provider_has_one_kernel_of_an_op()
    {
        string again = Sources.Kernels.Replace("FixtureKernels", "MoreKernels").Replace("void SumDiff(", "void Again(");
        s_kernels.Reports(
            "PIR004", Sources.OpAndKernels, Sources.OpAndKernels + again,
            "'fixture'", "'sum_diff'", "'Fixture.FixtureKernels.SumDiff'", "'Fixture.MoreKernels.Again'");
        s_kernels.Accepts(Sources.OpAndKernels, Sources.OpAndKernels + again.Replace("\"fixture\"", "\"other\""));
    }

    [Theory]
    [InlineData("Tensor? weight, float epsilon, int? size, Tensor first", "Tensor? factors, float epsilon, int? size, Tensor first")]
    [InlineData("float epsilon, int? size, Tensor first", "double epsilon, int? size, Tensor first")]
    [InlineData("Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? size, Tensor first", "Tensor xResidual, Tensor x, Tensor? weight, float epsilon, int? size, Tensor first")]
    [InlineData("Tensor first, Tensor second)", "Tensor first, Tensor second, Tensor third)")]
    [InlineData("void SumDiff(", "void SumDiff<T>(")]
    public void PIR005_a_kernel_has_its_ops_signature(string original, string replacement) =>
        s_kernels.Reports(
            "PIR005", original, replacement, "'Fixture.FixtureKernels.SumDiff'", $"'{Schema}'",
            "must be 'static void SumDiff(KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? size, Tensor output, Tensor residualOut)'",
            "found 'static void SumDiff");

    [Theory]
    [InlineData("SupportsArgs = nameof(TakesShort)", "SupportsArgs = \"Missing\"", "found none")]
    [InlineData("bool TakesShort(TensorSpec x, TensorSpec xResidual", "bool TakesShort(Tensor x, TensorSpec xResidual", "'static bool TakesShort(Tensor x,")]
    [InlineData("TensorSpec? weight, float epsilon, int? size) =>\n        x.Last < 8 && weight is null && size != 3", "TensorSpec? weight, float epsilon) => x.Last < 8", "float epsilon)'")]
    [InlineData("static bool TakesShort", "static bool? TakesShort", "'static bool? TakesShort")]
    public void PIR006_a_predicate_takes_the_ops_inputs_as_specs(string original, string replacement, string found) =>
        s_kernels.Reports(
            "PIR006", original, replacement, "'Fixture.FixtureKernels.SumDiff'",
            "(TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float epsilon, int? size)'", found);

    [Theory]
    [InlineData("Inplace.Only")]
    [InlineData("Inplace.May")]
    public void PIR007_an_in_place_kernel_needs_an_op_that_allows_it(string mode)
    {
        string functional = Sources.OpAndKernels.Replace("AllowInplace = true", "AllowInplace = false").Replace("(Inplace = Inplace.May)", "")
            .Replace("Inplace.Only", "Inplace.Never");
        new RuleCheck(functional).Reports("PIR007", "Inplace.Never", mode, "'Fixture.FixtureKernels.SumDiff'", mode, "'sum_diff'");
    }

    [Fact]
    public void PIR009_an_unknown_op_is_reported_with_the_nearest_name() =>
        s_kernels.Reports("PIR009", Kernel, Kernel.Replace("sum_diff", "sum_dif"), "'sum_dif'", "nearest known op is 'sum_diff'");

    [Fact]
    public void PIR009_a_kernel_of_an_op_that_nobody_declares_gives_its_schema() =>
        s_schemaGiven.Reports("PIR009", ", Schema = \"scale_shift(Tensor x, float scale, float shift=0) -> Tensor\"", "", "'scale_shift'", "Schema");

    [Fact]
    public void PIR001_a_malformed_schema_of_a_kernel_is_reported_with_its_column() =>
        s_schemaGiven.Reports("PIR001", "-> Tensor", "Tensor", "column 51", "expected '->'");

    [Fact]
    public void PIR005_a_kernel_with_a_schema_of_its_own_has_that_signature() =>
        s_schemaGiven.Reports("PIR005", "float shift, Tensor", "float offset, Tensor", "float scale, float shift, Tensor output)'");

    [Fact]
    public void PIR014_a_given_schema_is_the_declared_ops_defaults_included()
    {
        string withSchema = Sources.OpAndKernels.Replace(Kernel, $"{Kernel} Schema = \"{Schema}\",");
        new RuleCheck(withSchema).Reports(
            "PIR014", $"Schema = \"{Schema}\"", $"Schema = \"{Schema.Replace("=None", "=7")}\"",
            "'Fixture.FixtureKernels.SumDiff'", $"'{Schema}'", "'Fixture.SumDiff'", "int? size=7");
    }

    [Fact]
    public void PIR014_a_given_schema_may_differ_from_the_declared_ops_in_spacing() =>
        s_kernels.Accepts(Kernel, $"{Kernel} Schema = \"{Schema.Replace(", ", " ,  ")}\",");

    [Fact]
    public void PIR014_a_given_schema_names_the_kernels_op() =>
        s_schemaGiven.Reports("PIR014", "[Kernel(\"scale_shift\"", "[Kernel(\"shift_scale\"", "a schema of op 'shift_scale'");

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(128)]
    public void PIR015_an_alignment_is_1_16_or_64(int alignment)
    {
        s_kernels.Reports("PIR015", "Alignment = 16", $"Alignment = {alignment}", "1, 16 or 64", $"found {alignment}");
        s_kernels.Accepts("Alignment = 16", "Alignment = 64");
    }

    [Theory]
    [InlineData("sise", "(weight, size)")]
    [InlineData("weight, epsilon", "(weight, size)")]
    [InlineData("x", "(weight, size)")]
    public void PIR024_a_kernel_does_without_optional_inputs_only(string without, string saying)
    {
        s_kernels.Reports("PIR024", "Alignment = 16", $"Alignment = 16, Without = \"{without}\"", "'sum_diff'", saying, $"'{without.Split(", ")[^1]}'");
        s_kernels.Accepts("Alignment = 16", "Alignment = 16, Without = \"size, weight\"");
    }

    [Fact]
    public void PIR018_a_kernel_stands_in_a_class_of_kernels() =>
        s_schemaGiven.Reports("PIR018", "[KernelProvider(\"fixture\")]", "", "'ScaleShift'", "'Elsewhere'");

    [Fact]
    public void PIR018_a_kernel_is_static()
    {
        GeneratorRun run = GeneratorRun.Over(
            Sources.OpAndKernels.Replace("internal static partial", "internal partial").Replace("private static void SumDiff", "private void SumDiff"));

        Assert.Equal(["PIR010", "PIR018"], run.Diagnostics.Select(d => d.Id).Order());
        Assert.Contains("an instance method", run.Diagnostics.Single(d => d.Id == "PIR018").GetMessage());
    }

    [Theory]
    [InlineData("static void Outer() { MARK static void Inner() { } Inner(); }", "'Inner'", "a local function")]
    [InlineData("static int Made { MARK get => 1; }", "'get_Made'", "an accessor or an operator")]
    [InlineData("static readonly System.Action s_made = MARK () => { };", "'=>'", "a lambda")]
    [InlineData("MARK public static OtherKernels operator +(OtherKernels left, OtherKernels right) => left;", "'op_Addition'", "an accessor or an operator")]
    public void PIR018_a_kernel_is_no_local_function_lambda_accessor_or_operator(string member, string name, string found)
    {
        string kernels = $"[KernelProvider(\"other\")] internal sealed partial class OtherKernels {{ {member.Replace("MARK", "[Kernel(\"sum_diff\")]")} }}";
        Diagnostic misplaced = Assert.Single(GeneratorRun.Over(Sources.OpAndKernels + kernels).Diagnostics, d => d.Id == "PIR018");
        Assert.Contains($"Kernel {name}", misplaced.GetMessage());
        Assert.Contains($"found {found}", misplaced.GetMessage());
    }

    [Fact]
    public void A_wrong_kernel_is_left_out_and_the_others_are_generated()
    {
        string right = Sources.Kernels.Replace("FixtureKernels", "RightKernels").Replace("\"fixture\"", "\"right\"");
        GeneratorRun run = GeneratorRun.Over(Sources.OpAndKernels.Replace("Tensor second)", "Tensor second, Tensor third)") + right);

        Assert.Equal("PIR005", Assert.Single(run.Diagnostics).Id);
        var registered = CollectingRegistrar.Of(run.Load());
        Assert.Equal("right", Assert.Single(registered.Kernels).Provider);
        Assert.Equal(["fixture", "right"], registered.Providers.Select(p => p.Name));
    }

    [Fact]
    public void A_kernel_of_a_wrong_op_is_checked_against_its_schema_all_the_same() =>
        s_kernels.Reports("PIR013", "void Generate(", "void Make(");
}
