extern alias generators;

using generators::PluginIr.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PluginIr.Contracts.Generators.Tests.Driving;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

/// <summary>An edit makes only that be written again which depends on it.</summary>
public sealed class CachingTests
{
    private const string Other = "public static class Other { public const int Value = 1; }";
    private static readonly string[] s_steps = [KernelGenerator.OpsStep, KernelGenerator.ProvidersStep, KernelGenerator.PluginStep];

    [Fact]
    public void An_edit_in_another_file_makes_nothing_be_written_again() =>
        Assert.All(ReasonsAfter(c => Replace(c, "Source1.cs", Other.Replace("1", "2"))), AssertNothingWritten);

    [Fact]
    public void An_edit_above_an_op_or_kernel_in_its_file_makes_nothing_be_written_again() =>
        Assert.All(ReasonsAfter(c => Replace(c, "Source0.cs", "// A comment that moves all that follows.\n" + Sources.OpAndKernels)), AssertNothingWritten);

    [Fact]
    public void An_edit_of_a_kernels_body_makes_nothing_be_written_again() =>
        Assert.All(
            ReasonsAfter(c => Replace(c, "Source0.cs", Sources.OpAndKernels.Replace("size ?? -1", "size ?? -2"))), AssertNothingWritten);

    [Fact]
    public void An_edit_of_a_kernels_attribute_makes_its_class_and_the_plugin_be_written_again_but_not_the_op()
    {
        Dictionary<string, IncrementalStepRunReason[]> reasons =
            ReasonsAfter(c => Replace(c, "Source0.cs", Sources.OpAndKernels.Replace("Alignment = 16", "Alignment = 64")));

        AssertNothingWritten(reasons.Single(r => r.Key == KernelGenerator.OpsStep));
        Assert.Contains(IncrementalStepRunReason.Modified, reasons[KernelGenerator.ProvidersStep]);
        Assert.Contains(IncrementalStepRunReason.Modified, reasons[KernelGenerator.PluginStep]);
    }

    private static void AssertNothingWritten(KeyValuePair<string, IncrementalStepRunReason[]> step)
    {
        Assert.NotEmpty(step.Value);
        Assert.All(step.Value, r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step.Key}: {r}"));
    }

    // Why each tracked step ran in a second run after an edit.
    private static Dictionary<string, IncrementalStepRunReason[]> ReasonsAfter(Func<CSharpCompilation, CSharpCompilation> edit)
    {
        CSharpCompilation compilation = GeneratorRun.Compilation([Sources.OpAndKernels, Other]);
        GeneratorDriver driver = GeneratorRun.Driver().RunGenerators(compilation, TestContext.Current.CancellationToken);
        Assert.NotEmpty(driver.GetRunResult().Results[0].GeneratedSources);

        GeneratorRunResult second = driver.RunGenerators(edit(compilation), TestContext.Current.CancellationToken).GetRunResult().Results[0];

        return s_steps.ToDictionary(name => name, name => second.TrackedSteps[name].SelectMany(s => s.Outputs).Select(o => o.Reason).ToArray());
    }

    private static CSharpCompilation Replace(CSharpCompilation compilation, string path, string source) =>
        compilation.ReplaceSyntaxTree(compilation.SyntaxTrees.Single(t => t.FilePath == path), GeneratorRun.Parse(source, path));
}
