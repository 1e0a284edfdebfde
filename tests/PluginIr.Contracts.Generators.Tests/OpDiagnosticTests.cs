using PluginIr.Contracts.Generators.Tests.Driving;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

public sealed class OpDiagnosticTests
{
    private const string Signature = "KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? size, Tensor output, Tensor residualOut";

    private static readonly RuleCheck s_op = new(Sources.Op);

    [Fact]
    public void PIR001_a_malformed_schema_is_reported_with_its_column() =>
        s_op.Reports("PIR001", "float epsilon,", "floating epsilon,", "column 55", "expected a type", "found 'floating eps'");

    [Fact]
    public void PIR001_an_op_name_in_upper_case_is_a_malformed_schema() =>
        s_op.Reports("PIR001", "sum_diff(", "Sum_diff(", "column 1", "[a-z_][a-z_0-9]*");

    [Fact]
    public void PIR001_a_default_that_names_no_dtype_is_a_malformed_schema() =>
        s_op.Reports("PIR001", "int? size=None)", "dtype size=float13)", "'size'", "bfloat16", "'float13'");

    [Fact]
    public void PIR007_an_in_place_native_needs_an_op_that_allows_it() =>
        s_op.Reports("PIR007", "AllowInplace = true", "AllowInplace = false", "'Native'", "Inplace.May", "'sum_diff'");

    [Theory]
    [InlineData("x", "2 and 1 (x)")]
    [InlineData("", "2 and 0 (none)")]
    public void PIR008_an_op_in_place_has_as_many_outputs_as_activations(string activations, string counts)
    {
        var given = new RuleCheck(Sources.Op.Replace("AllowInplace = true", "AllowInplace = true, Activations = \"x, x_residual\""));
        given.Reports("PIR008", "\"x, x_residual\"", $"\"{activations}\"", "'sum_diff(", counts);
    }

    [Theory]
    [InlineData("public static partial class", "public partial class", "not static")]
    [InlineData("public static partial class", "public static class", "not partial")]
    [InlineData("class SumDiff", "class SumDiff<T>", "generic")]
    [InlineData("public static partial class", "file static partial class", "file-local")]
    [InlineData("public static partial class", "public partial record", "that is a record.")]
    [InlineData("public static partial class", "public record class", "that is a record and not partial.")]
    public void PIR010_an_op_class_can_be_given_another_part(string original, string replacement, string found) =>
        s_op.Reports("PIR010", original, replacement, "SumDiff", found);

    [Fact]
    public void PIR010_an_op_class_is_not_nested()
    {
        string nested = Sources.Op.Replace("/// <summary>Sum", "public static partial class Outer {\n/// <summary>Sum") + "\n}";
        new RuleCheck(Sources.Op).Reports("PIR010", Sources.Op, nested, "Fixture.Outer.SumDiff", "nested");
    }

    [Fact]
    public void PIR011_an_op_has_a_native_definition() =>
        s_op.Reports("PIR011", "[Native(Inplace = Inplace.May)]", "", "'sum_diff'", $"'static void Native({Signature})'", "found none");

    [Theory]
    [InlineData("Tensor? weight, float epsilon, int? size, Tensor output", "Tensor weight, float epsilon, int? size, Tensor output")]
    [InlineData("KernelContext context, Tensor x", "KernelContext context, in Tensor x")]
    [InlineData("xResidual, Tensor? weight, float epsilon, int? size, Tensor output", "residual, Tensor? weight, float epsilon, int? size, Tensor output")]
    [InlineData("int? size, Tensor output", "int size, Tensor output")]
    [InlineData(", Tensor residualOut)", ")")]
    public void PIR011_native_has_the_schemas_signature(string original, string replacement)
    {
        string correct = Sources.Op.Replace(Sources.Op[Sources.Op.IndexOf("{\n        for")..Sources.Op.IndexOf("    private static (")], "{ }\n\n");
        correct = correct.Replace("xResidual.AsSpan", "x.AsSpan");
        new RuleCheck(correct).Reports("PIR011", original, replacement, $"'static void Native({Signature})'", "found 'static void Native(");
    }

    [Fact]
    public void PIR011_an_op_has_one_native_definition() =>
        s_op.Reports("PIR011", "    private static void Generate", "    [Native] private static void Other() { }\n    private static void Generate", "and 'static void Other()'");

    [Theory]
    [InlineData("(TensorSpec, TensorSpec) Infer(", "TensorSpec[] Infer(", "found 'static TensorSpec[] Infer(")]
    [InlineData("(TensorSpec, TensorSpec) Infer(", "(TensorSpec, TensorSpec) Shapes(", "found none")]
    [InlineData("Infer(TensorSpec x, TensorSpec xResidual, TensorSpec? weight", "Infer(TensorSpec xResidual, TensorSpec x, TensorSpec? weight", "found 'static (TensorSpec, TensorSpec) Infer(TensorSpec xResidual")]
    public void PIR012_an_op_infers_its_outputs_from_specs(string original, string replacement, string found) =>
        s_op.Reports(
            "PIR012", original, replacement, "'sum_diff'",
            "'static (TensorSpec, TensorSpec) Infer(TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float epsilon, int? size)'", found);

    [Theory]
    [InlineData("void Generate(", "void Make(", "found none")]
    [InlineData("void Generate(InputGenerator generator)", "void Generate(InputGenerator generator, int seed)", "int seed")]
    public void PIR013_an_op_generates_arguments(string original, string replacement, string found) =>
        s_op.Reports("PIR013", original, replacement, "'sum_diff'", "'static void Generate(InputGenerator generator)'", found);

    [Theory]
    [InlineData("x, size", "'int? size=None'")]
    [InlineData("x, weight", "'Tensor? weight'")]
    [InlineData("x, nothing", "no input of that name")]
    [InlineData("x, x", "it named twice")]
    public void PIR017_an_activation_is_a_required_tensor(string activations, string found) =>
        s_op.Reports("PIR017", "AllowInplace = true", $"AllowInplace = true, Activations = \"{activations}\"", "(x, x_residual)", found);

    [Fact]
    public void PIR017_a_name_that_starts_with_x_makes_an_activation_which_is_then_required() =>
        s_op.Reports("PIR017", "weight", "xweight", "'xweight'", "found 'Tensor? xweight'");

    [Fact]
    public void PIR019_an_op_is_declared_once()
    {
        string twin = Sources.Op[Sources.Op.IndexOf("/// <summary>")..].Replace("class SumDiff", "class SumDiffAgain");
        new RuleCheck(Sources.Op).Reports("PIR019", Sources.Op, Sources.Op + twin, "'sum_diff'", "'Fixture.SumDiff'", "'Fixture.SumDiffAgain'");
    }

    [Fact]
    public void PIR019_an_op_is_not_declared_again_where_a_referenced_assembly_declares_it()
    {
        GeneratorRun first = GeneratorRun.Over(GeneratorRun.Compilation([Sources.Op], "First")).Compiles();
        string renamed = Sources.Op.Replace("namespace Fixture", "namespace Second");

        GeneratorRun second = GeneratorRun.Over(GeneratorRun.Compilation([renamed], "Second", more: first.Reference()));

        Assert.Equal("PIR019", Assert.Single(second.Diagnostics).Id);
        Assert.Contains("'First'", second.Diagnostics[0].GetMessage());
        GeneratorRun.Over(renamed).Compiles();
    }

    [Fact]
    public void PIR020_an_op_has_a_required_tensor()
    {
        const string Correct = """
            using PluginIr;
            using PluginIr.Conformance;

            [Op("scaled(Tensor weight) -> Tensor")]
            internal static partial class Scaled
            {
                [Native] private static void Native(KernelContext context, Tensor weight, Tensor output) { }
                private static TensorSpec Infer(TensorSpec weight) => weight;
                private static void Generate(InputGenerator generator) { }
            }
            """;
        new RuleCheck(Correct).Reports(
            "PIR020", Correct, Correct.Replace("Tensor weight", "Tensor? weight").Replace("TensorSpec weight", "TensorSpec? weight"), "'scaled(");
    }

    [Fact]
    public void PIR021_names_that_differ_in_underscores_only_are_refused() =>
        s_op.Reports("PIR021", "Tensor? weight, float epsilon, int? size=None", "Tensor? x__residual, float epsilon, int? size=None", "'xResidual'");

    [Fact]
    public void An_op_in_code_without_nullable_annotations_fits_its_schema() =>
        s_op.Accepts(Sources.Op, "#nullable disable\n" + Sources.Op
            .Replace("Tensor? weight, float epsilon, int? size, ", "Tensor weight, float epsilon, int? size, ")
            .Replace("TensorSpec? weight", "TensorSpec weight"));
}
