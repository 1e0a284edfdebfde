using System.Reflection;
using PluginIr.Conformance;
using PluginIr.Contracts.Generators.Tests.Driving;
using PluginIr.Dispatch;
using PluginIr.Registration;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

/// <summary>Compiles, loads and registers plugins, and calls what they register through its packed entries.</summary>
public sealed class RegistrationTests
{
    private const string Schema = "sum_diff(Tensor x, Tensor x_residual, Tensor? weight, float epsilon, int? size=None) -> (Tensor out, Tensor residual_out)";

    private static readonly Assembly s_assembly = GeneratorRun.Over(Sources.OpAndKernels).Compiles().Load();
    private static readonly CollectingRegistrar s_registered = CollectingRegistrar.Of(s_assembly);

    [Fact]
    public void An_op_is_registered_as_its_attributes_say()
    {
        OpDescriptor op = Assert.Single(s_registered.Ops);
        Assert.Equal(Schema, op.Schema);
        Assert.Equal(["x", "x_residual"], op.Activations);
        Assert.True(op.AllowInplace);
        Assert.Empty(op.Tolerances);
        Assert.Equal((Schema, "native", "Fixture.SumDiff.Native"), (op.Native.Schema, op.Native.Provider, op.Native.Method));
        Assert.Equal((Inplace.May, true, 1), (op.Native.Inplace, op.Native.Strided, op.Native.Alignment));
    }

    [Fact]
    public void A_kernel_is_registered_as_its_attribute_says()
    {
        KernelDescriptor kernel = Assert.Single(s_registered.Kernels);
        Assert.Equal((Schema, "fixture", "Fixture.FixtureKernels.SumDiff"), (kernel.Schema, kernel.Provider, kernel.Method));
        Assert.Equal((Inplace.Only, DTypes.F32 | DTypes.BF16, 16), (kernel.Inplace, kernel.DTypes, kernel.Alignment));
        Assert.False(kernel.Strided);
        Assert.False(kernel.BatchInvariant);
    }

    [Fact]
    public void What_a_kernels_attribute_leaves_out_has_the_attributes_defaults()
    {
        const string Options = "Inplace = Inplace.Only, SupportsArgs = nameof(TakesShort), Alignment = 16, DTypes = DTypes.F32 | DTypes.BF16";
        KernelDescriptor bare = KernelWith("BatchInvariant = true, Strided = true");
        Assert.Equal((Inplace.Never, DTypes.All, 1), (bare.Inplace, bare.DTypes, bare.Alignment));
        Assert.Equal((0, 0), (bare.SupportsArgs, bare.PackedSupportsArgs));
        Assert.True(bare.BatchInvariant && bare.Strided);
        Assert.False(bare.SameDType);
        Assert.Empty(bare.Without);
        KernelDescriptor limited = KernelWith("SameDType = true, Without = \"size, weight\"");
        Assert.True(limited.SameDType);
        Assert.Equal(["size", "weight"], limited.Without);

        static KernelDescriptor KernelWith(string options) => Assert.Single(
            CollectingRegistrar.Of(GeneratorRun.Over(Sources.OpAndKernels.Replace(Options, options)).Compiles().Load()).Kernels);
    }

    [Fact]
    public void A_provider_that_is_not_supported_is_registered_with_the_reason_and_its_kernels()
    {
        ProviderDescriptor provider = Assert.Single(s_registered.Providers);
        Assert.Equal(("fixture", DeviceKind.Cpu), (provider.Name, provider.Device));
        Assert.Equal("fixture hardware is missing", provider.Support.Reason);
        Assert.Single(s_registered.Kernels);
    }

    [Fact]
    public void The_packed_native_computes_the_op()
    {
        using Tensor x = Tensor.From<float>([1, 2], 2), residual = Tensor.From<float>([10, 20], 2);
        using Tensor sum = Tensor.Zeros(DType.Float32, 2), difference = Tensor.Zeros(DType.Float32, 2);

        Run(s_registered.Ops[0].Native, [x, residual, null], [0f, AttributeValue.None], [sum, difference]);

        Assert.Equal([11f, 22f], sum.AsSpan<float>());
        Assert.Equal([-9f, -18f], difference.AsSpan<float>());
    }

    [Fact]
    public void The_packed_kernel_gets_attributes_in_schema_order()
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 1), first = Tensor.Zeros(DType.Float32, 1), second = Tensor.Zeros(DType.Float32, 1);

        Run(s_registered.Kernels[0], [x, x, null], [0.5f, 7], [first, second]);
        Assert.Equal((0.5f, 7f), (first.AsSpan<float>()[0], second.AsSpan<float>()[0]));

        Run(s_registered.Kernels[0], [x, x, null], [0.25f, AttributeValue.None], [first, second]);
        Assert.Equal((0.25f, -1f), (first.AsSpan<float>()[0], second.AsSpan<float>()[0]));
    }

    [Theory]
    [InlineData(4, false, null, true)]
    [InlineData(8, false, null, false)]
    [InlineData(4, true, null, false)]
    [InlineData(4, false, 3, false)]
    public void The_packed_predicate_gets_specs_and_attributes(long last, bool hasWeight, int? size, bool expected)
    {
        var spec = new TensorSpec(DType.Float32, 2, last);
        Assert.Equal(expected, Takes(s_registered.Kernels[0], [spec, spec, hasWeight ? spec : null], [1f, size]));
    }

    [Fact]
    public void The_packed_inference_gives_each_output_its_spec()
    {
        TensorSpec x = new(DType.Float32, 2), residual = new(DType.Float16, 3);
        var outputs = new TensorSpec[2];

        s_registered.Ops[0].Infer([x, residual, null], [1f, AttributeValue.None], outputs);

        Assert.Equal([x, residual], outputs);
        Assert.Throws<OpArgumentException>(() => s_registered.Ops[0].Infer([x, residual, null], [1f, 4], outputs));
    }

    [Fact]
    public void The_ops_generator_is_registered()
    {
        var generator = new InputGenerator(OpSchema.Parse("one(Tensor x) -> Tensor"), DType.Float32, rows: 2, hidden: 3, seed: 1);
        s_registered.Ops[0].Generate(generator);
        using OpArguments arguments = generator.Build();
        Assert.Equal(new TensorSpec(DType.Float32, 2, 3), arguments.Specs[0]);
    }

    [Fact]
    public void Tolerances_are_registered_by_dtype()
    {
        string source = Sources.Op.Replace("public static partial", "[Tolerance(DType.BFloat16, 1e-7, double.PositiveInfinity)] public static partial");
        OpDescriptor op = CollectingRegistrar.Of(GeneratorRun.Over(source).Compiles().Load()).Ops[0];
        Assert.Equal(new Tolerance(1e-7, double.PositiveInfinity), op.ToleranceOf(DType.BFloat16));
        Assert.Equal(Tolerance.Default(DType.Float32), op.ToleranceOf(DType.Float32));
    }

    [Fact]
    public void Classes_of_one_provider_are_registered_as_one_and_the_first_refusal_is_shown()
    {
        const string Source = """
            using PluginIr;

            namespace Parts;

            [KernelProvider("parts", Device = "fixture_device", Supported = nameof(Fine), Dispose = nameof(Throw))]
            internal static partial class First
            {
                [Kernel("part_one", Schema = "part_one(Tensor x) -> Tensor")]
                private static void One(KernelContext context, Tensor x, Tensor output) { }

                private static Support Fine() => Support.Yes;

                private static void Throw() => throw new System.InvalidOperationException("first");
            }

            [KernelProvider("parts", Device = "fixture_device", Supported = nameof(No), Dispose = nameof(Free))]
            internal static partial class Second
            {
                public static int Freed;

                [Kernel("part_two", Schema = "part_two(Tensor x,  Tensor? y = None) -> (Tensor a,Tensor b)")]
                private static void Two(KernelContext context, Tensor x, Tensor? y, Tensor a, Tensor b) { }

                private static Support No() => Support.No("second says no");

                private static void Free() => Freed++;
            }

            [KernelProvider("parts", Device = "fixture_device", Supported = nameof(No))]
            internal static partial class Third
            {
                private static Support No() => Support.No("third says no");
            }
            """;
        Assembly assembly = GeneratorRun.Over(Source).Compiles().Load();
        var registrar = new CollectingRegistrar();
        KernelPlugin plugin = CollectingRegistrar.PluginOf(assembly);

        plugin.Register(registrar);

        ProviderDescriptor provider = Assert.Single(registrar.Providers);
        Assert.Equal(("parts", "fixture_device", "second says no"), (provider.Name, provider.Device.Name, provider.Support.Reason));
        Assert.Equal(
            ["part_one(Tensor x) -> Tensor", "part_two(Tensor x, Tensor? y=None) -> (Tensor a, Tensor b)"],
            registrar.Kernels.Select(k => k.Schema));

        // A method that throws does not keep the others from freeing their resources.
        Assert.Throws<InvalidOperationException>(plugin.Dispose);
        Assert.Equal(1, assembly.GetType("Parts.Second")!.GetField("Freed")!.GetValue(null));
    }

    [Fact]
    public void An_assembly_says_which_ops_it_declares_and_only_those()
    {
        DeclaredOpAttribute declared = Assert.Single(s_assembly.GetCustomAttributes<DeclaredOpAttribute>());
        Assert.Equal((Schema, true), (declared.Schema, declared.AllowInplace));
        Assert.Equal("PluginIr.Generated.FixturePlugin", s_assembly.GetCustomAttribute<KernelPluginAttribute>()!.Type.FullName);
    }

    [Theory]
    [InlineData("My.Vendor-Plugin", "My_Vendor_PluginPlugin")]
    [InlineData("3d", "_3dPlugin")]
    public void The_plugin_is_named_after_its_assembly(string assembly, string name) =>
        Assert.NotNull(GeneratorRun.Over(GeneratorRun.Compilation([Sources.OpAndKernels], assembly)).Compiles()
            .Output.GetTypeByMetadataName("PluginIr.Generated." + name));

    private static unsafe void Run(KernelDescriptor kernel, Tensor?[] inputs, AttributeValue[] attributes, Tensor[] outputs) =>
        ((delegate*<KernelContext, in KernelArguments, void>)kernel.PackedEntry)(new KernelContext(), new KernelArguments(inputs, attributes, outputs));

    private static unsafe bool Takes(KernelDescriptor kernel, TensorSpec?[] inputs, AttributeValue[] attributes) =>
        ((delegate*<in SpecArguments, bool>)kernel.PackedSupportsArgs)(new SpecArguments(inputs, attributes));
}
