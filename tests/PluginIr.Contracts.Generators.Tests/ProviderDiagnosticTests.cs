using PluginIr.Contracts.Generators.Tests.Driving;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

public sealed class ProviderDiagnosticTests
{
    private static readonly RuleCheck s_provider = new(Sources.OpAndKernels);

    [Theory]
    [InlineData("Fixture")]
    [InlineData("fix-ture")]
    [InlineData("1fixture")]
    [InlineData("")]
    public void PIR002_a_providers_name_is_lower_case_with_underscores(string name) =>
        s_provider.Reports("PIR002", "\"fixture\"", $"\"{name}\"", "provider name", $"'{name}'", "[a-z_][a-z_0-9]*");

    [Fact]
    public void PIR002_a_device_kind_is_lower_case_with_underscores() =>
        s_provider.Reports("PIR002", "\"fixture\",", "\"fixture\", Device = \"CUDA\",", "device kind", "'CUDA'");

    [Theory]
    [InlineData("native")]
    [InlineData("unfused")]
    public void PIR003_a_providers_name_is_not_reserved(string name) =>
        s_provider.Reports("PIR003", "\"fixture\"", $"\"{name}\"", $"'{name}'");

    [Theory]
    [InlineData("internal static partial class", "internal static class", "not partial")]
    [InlineData("class FixtureKernels", "class FixtureKernels<T>", "generic")]
    [InlineData("internal static partial class", "internal sealed partial record", "a record")]
    public void PIR010_a_class_of_kernels_can_be_given_another_part(string original, string replacement, string found) =>
        s_provider.Reports("PIR010", original, replacement, "FixtureKernels", found);

    [Theory]
    [InlineData("Supported = nameof(Check)", "Supported = \"Missing\"", "Supported of provider 'fixture'", "'static Support Missing()'", "found none")]
    [InlineData("Support Check() => Support.No(\"fixture hardware is missing\")", "bool Check() => true", "'static Support Check()'", "found 'static bool Check()'")]
    [InlineData("Dispose = nameof(Free)", "Dispose = \"Missing\"", "Dispose of provider 'fixture'", "'static void Missing()'", "found none")]
    [InlineData("void Free()", "void Free(int times)", "'static void Free()'", "found 'static void Free(int times)'")]
    public void PIR016_supported_and_dispose_name_methods_of_the_class(string original, string replacement, params string[] saying) =>
        s_provider.Reports("PIR016", original, replacement, saying);

    [Fact]
    public void PIR022_a_project_with_kernels_allows_unsafe_code_by_its_role_or_itself()
    {
        GeneratorRun run = GeneratorRun.Over(GeneratorRun.Compilation([Sources.OpAndKernels], allowUnsafe: false));

        Assert.Equal("PIR022", Assert.Single(run.Diagnostics).Id);
        Assert.Contains("In a plugin's project, set <PluginIrRole>plugin</PluginIrRole>; in another, set AllowUnsafeBlocks", run.Diagnostics[0].GetMessage());
        GeneratorRun.Over(GeneratorRun.Compilation([Sources.OpAndKernels], allowUnsafe: true)).Compiles();
    }

    [Fact]
    public void PIR022_a_project_without_kernels_need_not_allow_unsafe_code() =>
        GeneratorRun.Over(GeneratorRun.Compilation(["namespace Plain;"], allowUnsafe: false)).Compiles();

    [Fact]
    public void PIR023_the_classes_of_a_provider_name_one_device()
    {
        const string Second = "\n[KernelProvider(\"fixture\", Device = \"cuda\")] internal static partial class Second { }";
        s_provider.Reports(
            "PIR023", Sources.OpAndKernels, Sources.OpAndKernels + Second,
            "'fixture'", "'Fixture.FixtureKernels' on 'cpu'", "'Fixture.Second' on 'cuda'");
        s_provider.Accepts(Sources.OpAndKernels, Sources.OpAndKernels + Second.Replace("cuda", "cpu"));
    }
}
