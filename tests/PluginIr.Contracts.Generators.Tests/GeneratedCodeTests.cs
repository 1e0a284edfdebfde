using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using PluginIr.Contracts.Generators.Tests.Driving;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

/// <summary>What is generated compiles without a warning, and reads as it should.</summary>
public sealed class GeneratedCodeTests
{
    // Every type, with and without default, required and optional.
    private const string EveryType = """
        using PluginIr;
        using PluginIr.Conformance;

        [Op("every(Tensor x, float f, int i, bool b, dtype d, str s, float? of, int? oi, bool? ob, dtype? od, str? os, Tensor? ot=None, " +
            "float df=1e-5, float dn=-Infinity, int di=-3, bool db=True, dtype dd=float8_e4m3fn, str ds=\"a\\b\", float? dof=0.5, int? doi=None, " +
            "bool? dob=False, dtype? dod=bool, str? dos=None) -> Tensor")]
        [Tolerance(DType.Float32, 1e-7, double.PositiveInfinity)]
        [Tolerance(DType.BFloat16, 0, 0.25)]
        internal static partial class Every
        {
            [Native]
            private static void Native(
                KernelContext context, Tensor x, float f, int i, bool b, DType d, string s, float? of, int? oi, bool? ob, DType? od, string? os, Tensor? ot,
                float df, float dn, int di, bool db, DType dd, string ds, float? dof, int? doi, bool? dob, DType? dod, string? dos, Tensor output)
            {
            }

            private static TensorSpec Infer(
                TensorSpec x, float f, int i, bool b, DType d, string s, float? of, int? oi, bool? ob, DType? od, string? os, TensorSpec? ot,
                float df, float dn, int di, bool db, DType dd, string ds, float? dof, int? doi, bool? dob, DType? dod, string? dos) => x;

            private static void Generate(InputGenerator generator) { }
        }
        """;

    // Keywords, and names that generated code would like to have for itself.
    private const string AwkwardNames = """
        using PluginIr;
        using PluginIr.Conformance;

        namespace @namespace.Deep;

        [Op("lock(Tensor in, Tensor output, Tensor? scale, Tensor ir, int i, int row, int rows, int slot, int arguments, int context, int _1, str class=\"\") " +
            "-> (Tensor out, Tensor scale, Tensor params, Tensor rest, Tensor item_1)")]
        internal static partial class @lock
        {
            [Native]
            private static void @void(
                KernelContext c, Tensor @in, Tensor output, Tensor? scale, Tensor ir, int i, int row, int rows, int slot, int arguments, int context,
                int _1, string @class, Tensor a, Tensor b, Tensor d, Tensor e, Tensor f)
            {
            }

            private static (TensorSpec, TensorSpec, TensorSpec, TensorSpec, TensorSpec) Infer(
                TensorSpec @in, TensorSpec output, TensorSpec? scale, TensorSpec ir, int i, int row, int rows, int slot, int arguments, int context,
                int _1, string @class) => (@in, @in, @in, @in, @in);

            private static void Generate(InputGenerator generator) { }
        }

        [KernelProvider("awkward", Supported = nameof(@is), Dispose = nameof(@as))]
        internal static partial class @event
        {
            [Kernel("lock", SupportsArgs = nameof(@true))]
            private static void @lock(
                KernelContext c, Tensor @in, Tensor output, Tensor? scale, Tensor ir, int i, int row, int rows, int slot, int arguments, int context,
                int _1, string @class, Tensor a, Tensor b, Tensor d, Tensor e, Tensor f)
            {
            }

            private static bool @true(
                TensorSpec @in, TensorSpec output, TensorSpec? scale, TensorSpec ir, int i, int row, int rows, int slot, int arguments, int context,
                int _1, string @class) => true;

            private static Support @is() => Support.Yes;

            private static void @as() { }
        }
        """;

    [Fact]
    public void An_op_with_two_outputs_in_place_and_private_kernels_compiles() => GeneratorRun.Over(Sources.OpAndKernels).Compiles();

    [Fact]
    public void Every_attribute_type_and_default_compiles() => GeneratorRun.Over(EveryType).Compiles();

    [Fact]
    public void Keywords_and_names_of_generated_locals_compile_as_names() => GeneratorRun.Over(AwkwardNames).Compiles();

    [Fact]
    public void A_class_may_declare_an_op_and_hold_kernels_of_it() =>
        GeneratorRun.Over(
            Sources.Op.Replace("public static partial", "[KernelProvider(\"own\")] public static partial")
                .Replace("    [Native(", "    [Kernel(\"sum_diff\")]\n    [Native(")).Compiles();

    [Fact]
    public void Classes_in_the_global_namespace_compile() =>
        GeneratorRun.Over(Sources.OpAndKernels.Replace("namespace Fixture;", "")).Compiles();

    [Fact]
    public void An_op_declared_in_a_referenced_assembly_is_found()
    {
        GeneratorRun declaring = GeneratorRun.Over(GeneratorRun.Compilation([Sources.Op], "Declaring")).Compiles();

        GeneratorRun.Over(GeneratorRun.Compilation([Sources.KernelsAlone], "Vendor", more: declaring.Reference())).Compiles();

        Assert.Equal("PIR009", Assert.Single(GeneratorRun.Over(GeneratorRun.Compilation([Sources.KernelsAlone], "Vendor")).Diagnostics).Id);
    }

    [Fact]
    public void Typed_calls_are_as_visible_as_their_op_class()
    {
        Assert.Equal(Accessibility.Public, Calls(Sources.Op).DeclaredAccessibility);
        Assert.Equal(Accessibility.Internal, Calls(Sources.Op.Replace("public static", "internal static")).DeclaredAccessibility);

        static INamedTypeSymbol Calls(string source) => GeneratorRun.Over(source).Compiles().Output.GetTypeByMetadataName("Fixture.SumDiffCalls")!;
    }

    [Fact]
    public void Typed_calls_have_the_schemas_order_names_and_defaults_and_outputs_before_defaults()
    {
        Assert.Equal(
            [
                "(PluginIr.Tensor Out, PluginIr.Tensor ResidualOut) SumDiff(PluginIr.Dispatch.IrDispatcher ir, PluginIr.Tensor x, PluginIr.Tensor xResidual, PluginIr.Tensor? weight, float epsilon, int? size = null)",
                "(PluginIr.Tensor Out, PluginIr.Tensor ResidualOut) SumDiffMaybeInplace(PluginIr.Dispatch.IrDispatcher ir, PluginIr.Tensor x, PluginIr.Tensor xResidual, PluginIr.Tensor? weight, float epsilon, int? size = null)",
                "void SumDiffInto(PluginIr.Dispatch.IrDispatcher ir, PluginIr.Tensor x, PluginIr.Tensor xResidual, PluginIr.Tensor? weight, float epsilon, PluginIr.Tensor output, PluginIr.Tensor residualOut, int? size = null)",
            ],
            PublicCalls(Sources.Op, "Fixture.SumDiffCalls"));
    }

    [Fact]
    public void An_op_that_does_not_allow_in_place_has_no_donating_call() =>
        Assert.Equal(
            ["SumDiff", "SumDiffInto"],
            MethodsOf(Sources.Op.Replace("AllowInplace = true", "AllowInplace = false").Replace("(Inplace = Inplace.May)", ""), "Fixture.SumDiffCalls").Select(m => m.Name));

    [Fact]
    public void Defaults_are_the_schemas()
    {
        IMethodSymbol call = MethodsOf(EveryType, "EveryCalls").Single(m => m.Name == "Every");
        Assert.Equal(
            [null, 1e-5f, float.NegativeInfinity, -3, true, (byte)DType.Float8E4M3FN, "a\\b", 0.5f, null, false, (byte)DType.Bool, null],
            call.Parameters.Where(p => p.HasExplicitDefaultValue).Select(p => p.ExplicitDefaultValue));
    }

    [Fact]
    public void What_is_generated_is_the_same_in_every_culture()
    {
        string[] sources = [Sources.OpAndKernels.Replace("DTypes.F32 | DTypes.BF16", "~DTypes.Bool"), EveryType];
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212"; // As in Swedish.
        culture.NumberFormat.NumberDecimalSeparator = ",";

        Assert.Equal(FilesIn(CultureInfo.InvariantCulture), FilesIn(culture));

        Dictionary<string, string> FilesIn(CultureInfo current)
        {
            CultureInfo before = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = current;
            try
            {
                return Files(sources);
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }
    }

    [Fact]
    public void A_line_break_in_a_default_or_a_summary_ends_no_line_of_the_docs()
    {
        const string Breaks = "\r\n\u0085\u2028\u2029";
        string source = EveryType.Replace(@"a\\b", @"a\r\n\u0085\u2028\u2029b").Replace("[Op(", "/// <summary>First&#x85;second&#x2028;third&#x2029;fourth.</summary>\n[Op(");

        IMethodSymbol call = MethodsOf(source, "EveryCalls").Single(m => m.Name == "Every");

        Assert.Equal($"a{Breaks}b", call.Parameters.Single(p => p.Name == "ds").ExplicitDefaultValue);
        XElement docs = XElement.Parse(call.GetDocumentationCommentXml(cancellationToken: TestContext.Current.CancellationToken)!);
        Assert.Contains($"str ds=\"a{Breaks}b\"", docs.Element("remarks")!.Value);
        Assert.Contains($"str ds=\"a{Breaks}b\"", docs.Elements("param").Single(p => p.Attribute("name")!.Value == "ds").Value);
        Assert.Equal(["First", "second", "third", "fourth."], docs.Element("summary")!.Value.Split('\n').Select(line => line.Trim()));
    }

    [Fact]
    public void Classes_whose_names_differ_in_case_alone_are_all_written_whatever_the_order_of_their_files()
    {
        string other = Sources.OpAndKernels
            .Replace("class SumDiff", "class Sumdiff").Replace("class FixtureKernels", "class Fixturekernels")
            .Replace("sum_diff", "other").Replace("\"fixture\"", "\"other\"");

        CollectingRegistrar registered = CollectingRegistrar.Of(GeneratorRun.Over(Sources.OpAndKernels, other).Compiles().Load());

        Assert.Equal(["Fixture.SumDiff.Native", "Fixture.Sumdiff.Native"], registered.Ops.Select(op => op.Native.Method));
        Assert.Equal(["fixture", "other"], registered.Kernels.Select(kernel => kernel.Provider));
        Assert.Equal(ClassFiles(Sources.OpAndKernels, other), ClassFiles(other, Sources.OpAndKernels));

        static IEnumerable<KeyValuePair<string, string>> ClassFiles(params string[] sources) => Files(sources).Where(f => f.Key != "Plugin.g.cs");
    }

    [Fact]
    public void An_output_named_like_an_input_gets_a_name_of_its_own()
    {
        IMethodSymbol into = MethodsOf(AwkwardNames, "namespace.Deep.lockCalls").Single(m => m.Name == "LockInto");
        Assert.Equal(["outputOutput", "scaleOutput", "params", "rest", "item1"], into.Parameters.SkipLast(1).TakeLast(5).Select(p => p.Name));
        IMethodSymbol functional = MethodsOf(AwkwardNames, "namespace.Deep.lockCalls").Single(m => m.Name == "Lock");
        Assert.Equal(
            ["Out", "Scale", "Params", "RestOutput", "Item1Output"],
            ((INamedTypeSymbol)functional.ReturnType).TupleElements.Select(e => e.Name));
    }

    [Fact]
    public void Typed_calls_are_documented_with_the_ops_summary_and_schema()
    {
        foreach (IMethodSymbol call in MethodsOf(Sources.Op, "Fixture.SumDiffCalls"))
        {
            string docs = call.GetDocumentationCommentXml(cancellationToken: TestContext.Current.CancellationToken)!;
            Assert.Contains("<summary>Sum and difference.</summary>", docs);
            Assert.Contains("sum_diff(Tensor x, Tensor x_residual", docs);
            Assert.Contains("T:PluginIr.OpArgumentException", docs);
            Assert.Contains("T:PluginIr.Dispatch.NoKernelException", docs);
            Assert.All(call.Parameters, p => Assert.Contains($"<param name=\"{p.Name}\">", docs));
        }
    }

    [Fact]
    public void An_assembly_without_ops_and_kernels_gets_no_code() =>
        Assert.Single(GeneratorRun.Over("internal static class Plain { }").Compiles().Output.SyntaxTrees);

    // What is generated, by the name of its file.
    private static Dictionary<string, string> Files(IEnumerable<string> sources) => GeneratorRun.Over(sources).Compiles().Output.SyntaxTrees
        .Where(t => t.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))
        .OrderBy(t => t.FilePath, StringComparer.Ordinal)
        .ToDictionary(t => Path.GetFileName(t.FilePath), t => t.ToString());

    private static IEnumerable<string> PublicCalls(string source, string type) =>
        MethodsOf(source, type).Select(m => m.ToDisplayString(new SymbolDisplayFormat(
            typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
            memberOptions: SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters,
            parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue,
            miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier)));

    private static IEnumerable<IMethodSymbol> MethodsOf(string source, string type) =>
        GeneratorRun.Over(source).Compiles().Output.GetTypeByMetadataName(type)!.GetMembers().OfType<IMethodSymbol>()
            .Where(m => m is { DeclaredAccessibility: Accessibility.Public, MethodKind: MethodKind.Ordinary });
}
