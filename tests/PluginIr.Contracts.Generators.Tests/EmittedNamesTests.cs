using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PluginIr.Contracts.Generators.Tests.Driving;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

/// <summary>Names that generated code uses itself stay free for ops, their inputs and outputs, and the members of their classes.</summary>
public sealed class EmittedNamesTests
{
    private static readonly string[] s_identifiers =
    [
        .. GeneratorRun.Over(Sources.OpAndKernels).Compiles().Output.SyntaxTrees
            .Where(t => t.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))
            .SelectMany(t => t.GetRoot(TestContext.Current.CancellationToken).DescendantTokens())
            .Where(t => t.IsKind(SyntaxKind.IdentifierToken))
            .Select(t => t.ValueText).Distinct().Order(StringComparer.Ordinal),
    ];

    // What a schema's names can become: contextual keywords besides, which generated code might take for what they mean.
    private static readonly string[] s_locals =
    [
        .. s_identifiers.Concat(SyntaxFacts.GetContextualKeywordKinds().Select(SyntaxFacts.GetText))
            .Where(i => char.IsLower(i[0]) && !i.Contains('_')).Distinct(),
    ];

    [Fact]
    public void Inputs_may_have_any_name() => Compiles(Source("given", [.. s_locals.Select(l => ("Tensor", l))], ["out"]));

    [Fact]
    public void Optional_inputs_may_have_any_name() => Compiles(Source("given", [.. s_locals.Select(l => ("Tensor?", l))], ["out"]));

    [Fact]
    public void Attributes_may_have_any_name() => Compiles(Source("given", [.. s_locals.Select(l => ("float?", l))], ["out"]));

    [Fact]
    public void Activations_may_have_any_name() =>
        Compiles(Source("given", [.. s_locals.Select(l => ("Tensor", l))], [.. s_locals.Select(l => l + "Result"), "out"], isInPlace: true));

    [Fact]
    public void Ops_may_have_any_name() =>
        Compiles(s_identifiers.Where(i => char.IsUpper(i[0]) && !i.Contains('_')).Select(i => Source(SchemaName(i), [], ["out"])));

    [Fact]
    public void Members_of_op_and_kernel_classes_may_have_any_name_without_two_underscores_in_front()
    {
        string[] used = [.. Regex.Matches(Sources.OpAndKernels, @"\w+").Select(m => m.Value), nameof(Equals), nameof(ReferenceEquals)];
        string members = string.Concat(s_identifiers
            .Where(i => !i.StartsWith("__", StringComparison.Ordinal)).Except(used).Select(i => $"    private const int {i} = 0;\n"));
        Compiles([Sources.OpAndKernels.Replace("partial class SumDiff\n{\n", "partial class SumDiff\n{\n" + members)
            .Replace("partial class FixtureKernels\n{\n", "partial class FixtureKernels\n{\n" + members)]);
    }

    [Fact]
    public void One_class_may_have_kernels_of_ops_whose_names_begin_alike() =>
        Compiles([Sources.Op, Sources.Op.Replace("class SumDiff", "class Other").Replace("sum_diff", "sum_diff_typed"), Sources.KernelsAlone.Replace(
            "    [Kernel(\"sum_diff\"", "    [Kernel(\"sum_diff_typed\", SupportsArgs = nameof(TakesShort))]\n" +
            "    private static void Other(KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? size, Tensor a, Tensor b) { }\n\n" +
            "    [Kernel(\"sum_diff\"")]);

    private static void Compiles(params IEnumerable<string> sources) => GeneratorRun.Over(sources).Compiles();

    // An op with a kernel, whose first input is x0.
    private static string Source(string op, IEnumerable<(string Type, string Name)> more, string[] outputs, bool isInPlace = false)
    {
        (string Type, string Name)[] inputs = [("Tensor", "x0"), .. more.Where(i => i.Name != "x0")];
        string Joined(Func<(string Type, string Name), string> part) => string.Join(", ", inputs.Select(part));
        string schema = $"{op}({Joined(i => $"{i.Type} {SchemaName(i.Name)}")}) -> ({string.Join(", ", outputs.Select(o => "Tensor " + SchemaName(o)))})";
        string activations = string.Join(", ", inputs.Take(isInPlace ? outputs.Length : 1).Select(i => SchemaName(i.Name)));
        string values = $"KernelContext c, {Joined(i => $"{i.Type} @{i.Name}")}, {string.Join(", ", outputs.Select((_, i) => $"Tensor o{i}"))}";
        string specs = Joined(i => $"{i.Type.Replace("Tensor", "TensorSpec")} @{i.Name}");
        string inferred = string.Join(", ", outputs.Select(_ => "TensorSpec")), results = string.Join(", ", outputs.Select(_ => "x0"));
        return $$"""
            using PluginIr;
            using PluginIr.Conformance;

            namespace Fixture.Of_{{op}};

            [Op("{{schema}}", AllowInplace = {{(isInPlace ? "true" : "false")}}, Activations = "{{activations}}")]
            internal static partial class Declared
            {
                [Native]
                private static void Native({{values}}) { }

                private static {{(outputs.Length == 1 ? inferred : $"({inferred})")}} Infer({{specs}}) => {{(outputs.Length == 1 ? results : $"({results})")}};

                private static void Generate(InputGenerator generator) { }
            }

            [KernelProvider("fixture")]
            internal static partial class Kernels
            {
                [Kernel("{{op}}", SupportsArgs = nameof(Takes))]
                private static void Run({{values}}) { }

                private static bool Takes({{specs}}) => true;
            }
            """;
    }

    // The name in a schema that C# writes so: canDonate is can_donate.
    private static string SchemaName(string identifier) => Regex.Replace(identifier, "(?<=.)[A-Z]", "_$0").ToLowerInvariant();
}
