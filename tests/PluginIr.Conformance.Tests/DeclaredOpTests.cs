using System.Reflection;
using PluginIr.Registration;

namespace PluginIr.Conformance.Tests;

/// <summary>Ops that do not come with the contracts.</summary>
public sealed class DeclaredOpTests
{
    private static readonly Assembly s_declares = Assembly.Load("PluginIr.Fixtures.DeclaresOp");
    private static readonly Assembly s_implements = Assembly.Load("PluginIr.Fixtures.ImplementsOp");

    [Fact]
    public void A_kernel_of_an_op_that_another_plugin_declares_is_proven_against_that_plugins_native()
    {
        using PluginConformance kit = PluginConformance.Of(s_implements, s_declares);
        KernelReport report = Kit.Run(Assert.Single(kit.Kernels));
        Assert.Equal(("scale_bias", "elsewhere"), (report.Op, report.Provider));
        Assert.True(report.IsProven, report.ToString());
    }

    [Fact]
    public void Without_the_declaring_assembly_the_op_is_missed_by_its_schema() => Assert.Contains(
        "scale_bias(Tensor x", Assert.Throws<ConformanceException>(() => PluginConformance.Of(s_implements)).Message);

    [Fact]
    public void A_plugins_own_op_is_checked_as_well()
    {
        using PluginConformance kit = PluginConformance.Of(s_declares);
        Assert.True(Kit.Run(Assert.Single(kit.Kernels)).IsProven);
    }

    [Fact]
    public void An_op_whose_generator_throws_is_blamed_and_not_the_kernel()
    {
        OpDescriptor add = Kit.Kernel("right").Op;
        var broken = new OpDescriptor
        {
            Schema = add.Schema,
            Activations = add.Activations,
            AllowInplace = add.AllowInplace,
            PackedInfer = add.PackedInfer,
            Generate = _ => throw new InvalidOperationException("no values today"),
            Tolerances = add.Tolerances,
            Native = add.Native,
        };
        KernelReport report = Kit.Run(new ConformanceSubject(broken, Kit.Kernel("right").Kernel));
        Assert.All(report.Failures, failure => Assert.Equal(ConformanceFailureKind.OpThrew, failure.Kind));
        Assert.Contains("no values today", report.Failures[0].Message);
    }

    [Fact]
    public void An_ops_own_tolerance_decides()
    {
        ConformanceSubject wrong = Kit.Kernel("one_element");
        var lenient = new OpDescriptor
        {
            Schema = wrong.Op.Schema,
            Activations = wrong.Op.Activations,
            AllowInplace = wrong.Op.AllowInplace,
            PackedInfer = wrong.Op.PackedInfer,
            Generate = wrong.Op.Generate,
            Tolerances = new Dictionary<DType, Tolerance> { [DType.BFloat16] = new(1, 0.5) },
            Native = wrong.Op.Native,
        };
        Assert.False(Kit.Run(wrong).Succeeded);
        Assert.True(Kit.Run(new ConformanceSubject(lenient, wrong.Kernel)).IsProven);
    }
}
