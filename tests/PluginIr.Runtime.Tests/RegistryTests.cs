using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Registration;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>What plugins may declare, and how ops and kernels of several plugins meet.</summary>
public sealed class RegistryTests
{
    [Fact]
    public void A_plugin_is_added_replaced_and_removed()
    {
        var ir = new IrRuntime(priority: PriorityTable.Default.WithPlatform(["everything", "shorts", "native"]));
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4);
        Assert.Equal(0, Run());
        ir.Replace("one", Generations.Of("one", "everything"));
        ir.Replace("two", Generations.Of("two", "shorts"));
        Assert.Equal(1, Run());
        ir.Replace("one", Generations.Of("one", 2));
        Assert.Equal(2, Run());
        ir.Replace("two", null);
        Assert.Equal(0, Run());
        Assert.Equal(["native", "one"], ir.Registry.Generations.Select(g => g.Plugin));

        float Run()
        {
            using Tensor output = ir.RmsNorm(x, null, 1e-6f);
            return Marker.Of(output);
        }
    }

    [Fact]
    public void A_removal_with_verdicts_on_a_new_generation_is_refused_before_anything_changes()
    {
        IrRuntime ir = Generations.Runtime("everything");
        RegistrySnapshot before = ir.Registry;
        var verdicts = new KernelVerdicts { Fit = [new KernelName("tests", 1, "everything", "rms_norm")] };
        Assert.Throws<ArgumentException>(() => ir.Replace("tests", null, verdicts));
        Assert.Same(before, ir.Registry);
        ir.Replace("tests", null, KernelVerdicts.None);
        Assert.NotSame(before, ir.Registry);
    }

    [Fact]
    public void Each_published_registry_has_a_greater_version_than_the_one_before()
    {
        IrRuntime ir = Generations.Runtime("everything");
        long before = ir.Registry.Version, after = ir.Replace("tests", null);
        Assert.Equal(after, ir.Registry.Version);
        Assert.True(after > before);
    }

    [Fact]
    public void An_op_is_declared_once_among_all_plugins_the_built_in_ops_included()
    {
        var ir = new IrRuntime();
        ir.Replace("first", Generations.Declaring("first"));
        Refused(ir, Generations.Declaring("second"), "Op 'scale'", "first 1.0 (generation 1)", "second 1.0 (generation 1)");
        Refused(ir, Generations.Declaring("second", ir.Registry.Op("rms_norm").Descriptor), "Op 'rms_norm'", "native 1.", "second 1.0");
    }

    [Fact]
    public void A_plugin_may_declare_again_what_its_own_last_build_declared()
    {
        var ir = new IrRuntime();
        ir.Replace("first", Generations.Declaring("first"));
        ir.Replace("first", Generations.Declaring("first", "scaling"));
        Assert.Contains("scale", ir.Registry.Ops.Keys);
    }

    [Fact]
    public void A_kernel_serves_from_when_its_op_is_declared_until_it_no_longer_is()
    {
        var ir = new IrRuntime(priority: PriorityTable.Default.With(PriorityTable.AnyOp, "scaling"));
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4);
        ir.Replace("implementing", Generations.Of("implementing", "scaling"));
        Assert.Contains("waits for op 'scale'", Assert.Single(ir.Registry.Unbound));
        Assert.Contains("no loaded plugin declares this op", Assert.Throws<NoKernelException>(() => ir.Scale(x, 2)).Message);

        ir.Replace("declaring", Generations.Declaring("declaring"));
        Assert.Empty(ir.Registry.Unbound);
        using (Tensor y = ir.Scale(x, 2))
            Assert.Equal(7, Marker.Of(y));

        ir.Replace("declaring", null);
        Assert.Single(ir.Registry.Unbound);
        Assert.Throws<NoKernelException>(() => ir.Scale(x, 2));
    }

    [Fact]
    public void A_declaration_that_a_loaded_kernel_was_not_built_for_is_refused()
    {
        var ir = new IrRuntime();
        ir.Replace("implementing", Generations.Of("implementing", "scaling"));
        Refused(
            ir, Generations.Declaring("declaring", Drifted),
            "implementing 1.0", "'scale(Tensor x, float factor) -> Tensor'", "declaring 1.0", Drifted.Schema);
    }

    [Fact]
    public void A_caller_built_for_another_schema_is_told_the_registered_one()
    {
        var ir = new IrRuntime();
        ir.Replace("declaring", Generations.Declaring("declaring", Drifted));
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4);
        NoKernelException refused = Assert.Throws<NoKernelException>(() => ir.Scale(x, 2));
        Assert.Contains($"built for another schema than the one registered, '{Drifted.Schema}'", refused.Message);

        ir.Replace("declaring", Generations.Declaring("declaring"));
        using Tensor y = ir.Scale(x, 2);
    }

    [Fact]
    public void A_candidate_is_checked_like_a_replacement_and_not_published()
    {
        IrRuntime ir = Generations.Runtime("everything");
        RegistrySnapshot before = ir.Registry;
        Assert.Contains("shorts", ir.Candidate("more", Generations.Of("more", "shorts")).Providers.Keys);
        Assert.Throws<RegistrationException>(() => ir.Candidate("more", Generations.Of("more", "everything")));
        Assert.Same(before, ir.Registry);
    }

    [Fact]
    public void The_name_of_the_built_in_ops_is_no_plugins()
    {
        IrRuntime ir = Generations.Runtime("everything");
        Refused(ir, Generations.Of("native", "shorts"), "'native'");
        Assert.Throws<RegistrationException>(() => ir.Replace("native", null));
        Assert.Contains("rms_norm", ir.Registry.Ops.Keys);
    }

    [Fact]
    public void A_generation_of_another_plugin_than_the_one_replaced_is_refused()
    {
        IrRuntime ir = Generations.Runtime("everything");
        RegistrySnapshot before = ir.Registry;
        ArgumentException refused = Assert.Throws<ArgumentException>(() => ir.Replace("tests", Generations.Of("others", "shorts")));
        Assert.Contains("'tests'", refused.Message);
        Assert.Contains("others 1.0 (generation 1)", refused.Message);
        Assert.Same(before, ir.Registry);
    }

    [Fact]
    public void An_assembly_without_ops_and_providers_is_not_a_plugin() => Assert.Contains(
        "is not a plugin",
        Assert.Throws<RegistrationException>(
            () => PluginRegistration.Read(typeof(IrRuntime).Assembly, new PluginBuild("runtime", 1, "1.0", "hash"))).Message);

    [Fact]
    public void What_an_op_may_not_declare_is_refused()
    {
        OpDescriptor scale = Generations.Scale;
        Refused("declared twice", scale, scale);
        Refused("not one of its required tensors", Op(scale, activations: ["factor"]));
        Refused("not one of its required tensors", Op(scale, activations: ["y"]));
        Refused("as many outputs as activations; found 1 and 0", Op(scale, activations: []));
        Refused("native definition of another schema", Op(scale, native: Drifted.Native));
        string withoutEntry = $"native definition, {scale.Native.Method}, without an entry point";
        Refused(withoutEntry, Op(scale, native: Generations.Kernel(scale.Native, entry: 0)));
        Refused(withoutEntry, Op(scale, native: Generations.Kernel(scale.Native, packedEntry: 0)));
        Refused("has no shape inference", Op(scale, packedInfer: 0));
        Refused("canonical form", Op(scale, schema: "scale( Tensor x,float factor )->Tensor"));
        Refused("'scale'", Op(scale, schema: "scale"));
        Refused("'Scale", Op(scale, schema: "Scale(Tensor x) -> Tensor"));
    }

    [Fact]
    public void An_op_that_callers_know_is_not_declared_with_other_activations_or_in_place_where_it_was_not()
    {
        var ir = new IrRuntime();
        OpDescriptor scale = Generations.Scale;

        // What was never published binds nobody.
        ir.Candidate("scales", Generations.Declaring("scales", Op(scale, allowInplace: false)));
        ir.Replace("scales", Generations.Declaring("scales", scale));
        Refused(ir, Generations.Declaring("scales", Op(scale, allowInplace: false)), "the activations x and no kernels in place", "the activations x and kernels in place");
        Refused(ir, Generations.Declaring("scales", Op(scale, activations: [], allowInplace: false)), "with no activations", "scales 1.0");
        Assert.Throws<RegistrationException>(() => ir.Candidate("scales", Generations.Declaring("scales", Op(scale, allowInplace: false))));

        // Nor once it is gone: callers and graphs stay.
        ir.Replace("scales", null);
        Refused(ir, Generations.Declaring("scales", Op(scale, allowInplace: false)), "callers are compiled for");
        ir.Replace("scales", Generations.Declaring("scales", scale));
    }

    // The op as an incompatible later build declares it.
    private static OpDescriptor Drifted
    {
        get
        {
            const string Schema = "scale(Tensor x, float factor, bool is_inverse=False) -> Tensor";
            return Op(Generations.Scale, Schema, native: Generations.Kernel(Generations.Scale.Native, schema: Schema));
        }
    }

    private static OpDescriptor Op(
        OpDescriptor op, string? schema = null, IReadOnlyList<string>? activations = null, KernelDescriptor? native = null, bool? allowInplace = null,
        nint? packedInfer = null) => new()
        {
            Schema = schema ?? op.Schema,
            Activations = activations ?? op.Activations,
            AllowInplace = allowInplace ?? op.AllowInplace,
            PackedInfer = packedInfer ?? op.PackedInfer,
            Generate = op.Generate,
            Tolerances = op.Tolerances,
            Native = native ?? (allowInplace == false ? Generations.Kernel(op.Native, inplace: Inplace.Never) : op.Native),
        };

    private static void Refused(string saying, params OpDescriptor[] ops)
    {
        var collector = new RegistrationCollector("tests");
        foreach (OpDescriptor good in ops[..^1])
            collector.AddOp(good);
        string message = Assert.Throws<RegistrationException>(() => collector.AddOp(ops[^1])).Message;
        Assert.StartsWith("Plugin 'tests' was refused", message);
        Assert.Contains(saying, message);
    }

    private static void Refused(IrRuntime ir, Generation generation, params string[] saying)
    {
        RegistrySnapshot before = ir.Registry;
        RegistrationException refused = Assert.Throws<RegistrationException>(() => ir.Replace(generation.Plugin, generation));
        Assert.All(saying, text => Assert.Contains(text, refused.Message));
        Assert.Same(before, ir.Registry);
    }
}
