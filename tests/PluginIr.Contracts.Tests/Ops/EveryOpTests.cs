using PluginIr.Conformance;
using PluginIr.Dispatch;
using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Contracts.Tests.Ops;

/// <summary>Rules that hold for each built-in op, whatever it computes.</summary>
public sealed class EveryOpTests
{
    private const int Seeds = 8;

    private static readonly (long Rows, long Hidden)[] s_sizes = [(1, 1), (3, 40), (8, 128), (2, 1024)];

    [Theory]
    [MemberData(nameof(BuiltInOps.Names), MemberType = typeof(BuiltInOps))]
    public void Generated_arguments_are_accepted_and_run(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        foreach (OpArguments arguments in Cases(op))
        {
            using (arguments)
                Assert.Equal(NativeCall.Infer(op, arguments), NativeCall.Run(op, arguments).Select(o => o.Spec));
        }
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.Names), MemberType = typeof(BuiltInOps))]
    public void Equal_seeds_generate_equal_arguments_and_others_do_not(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        Assert.Equal(Text(5), Text(5));
        Assert.NotEqual(Text(5), Text(6));

        string Text(int seed)
        {
            using OpArguments arguments = NativeCall.Generate(op, DType.BFloat16, 4, 64, seed);
            return string.Join(" ", arguments.Tensors.Select(t => t is null ? "None" : t + Convert.ToHexString(t.AsBytes()))) +
                   string.Join(" ", arguments.Attributes);
        }
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.Names), MemberType = typeof(BuiltInOps))]
    public void Native_leaves_inputs_alone_when_outputs_are_apart(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        foreach (OpArguments arguments in Cases(op))
        {
            Tensor?[] before = [.. arguments.Tensors.Select(t => t is null ? null : Copy(t))];
            NativeCall.Run(op, arguments);
            Layouts.AssertSameElements(before, arguments.Tensors);
        }
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.Names), MemberType = typeof(BuiltInOps))]
    public void Native_computes_the_same_through_any_strides_and_writes_no_gaps(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        foreach (OpArguments arguments in Cases(op))
        {
            Tensor[] expected = NativeCall.Run(op, arguments);
            Tensor?[] inputs = [.. arguments.Tensors.Select(t => t is null ? null : Layouts.AwkwardCopy(t))];
            Tensor[] memories = new Tensor[expected.Length], outputs = new Tensor[expected.Length];
            for (int i = 0; i < outputs.Length; i++)
                outputs[i] = Layouts.Awkward(expected[i].Spec, out memories[i]);

            NativeCall.Into(op, inputs, arguments.Attributes, outputs);

            Layouts.AssertSameElements(expected, outputs);
            for (int i = 0; i < outputs.Length; i++)
                Layouts.AssertGapsUntouched(memories[i], outputs[i].DType.Size());
        }
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.InplaceNames), MemberType = typeof(BuiltInOps))]
    public void Native_that_may_work_in_place_computes_the_same_there(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        foreach (OpArguments arguments in Cases(op))
        {
            Tensor[] expected = NativeCall.Run(op, arguments);
            Tensor?[] contiguous = [.. arguments.Tensors.Select(t => t is null ? null : Copy(t))];
            Tensor?[] awkward = [.. arguments.Tensors.Select(t => t is null ? null : Layouts.AwkwardCopy(t))];
            foreach (Tensor?[] inputs in (Tensor?[][])[contiguous, awkward])
            {
                Tensor[] outputs = ActivationsOf(op, inputs);
                NativeCall.Into(op, inputs, arguments.Attributes, outputs);
                Layouts.AssertSameElements(expected, outputs);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.InplaceNames), MemberType = typeof(BuiltInOps))]
    public void Native_that_may_work_in_place_may_do_so_for_one_output_alone(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        foreach (OpArguments arguments in Cases(op))
        {
            Tensor[] expected = NativeCall.Run(op, arguments);
            for (int inPlace = 0; inPlace < expected.Length; inPlace++)
            {
                Tensor?[] inputs = [.. arguments.Tensors.Select(t => t is null ? null : Copy(t))];
                Tensor[] outputs = [.. expected.Select(e => Tensor.Empty(e.Spec))];
                outputs[inPlace] = ActivationsOf(op, inputs)[inPlace];
                NativeCall.Into(op, inputs, arguments.Attributes, outputs);
                Layouts.AssertSameElements(expected, outputs);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.Names), MemberType = typeof(BuiltInOps))]
    public void Inference_allocates_nothing_when_shapes_repeat(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        foreach (OpArguments arguments in Cases(op))
        {
            TensorSpec?[] inputs = arguments.Specs;
            var outputs = new TensorSpec[arguments.Schema.Outputs.Count];
            op.Infer(inputs, arguments.Attributes, outputs);
            long before = GC.GetAllocatedBytesForCurrentThread();
            op.Infer(inputs, arguments.Attributes, outputs);
            op.Infer(inputs, arguments.Attributes, outputs);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.Names), MemberType = typeof(BuiltInOps))]
    public unsafe void Native_allocates_nothing_once_its_scratch_is_there(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        var entry = (delegate*<KernelContext, in KernelArguments, void>)op.Native.PackedEntry;
        var context = new KernelContext();
        foreach (OpArguments arguments in Cases(op))
        {
            Tensor[] outputs = NativeCall.Run(op, arguments);
            entry(context, new KernelArguments(arguments.Tensors, arguments.Attributes, outputs));
            long before = GC.GetAllocatedBytesForCurrentThread();
            entry(context, new KernelArguments(arguments.Tensors, arguments.Attributes, outputs));
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.Names), MemberType = typeof(BuiltInOps))]
    public void A_declaration_agrees_with_itself(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        OpSchema schema = OpSchema.Parse(op.Schema);
        Assert.All(op.Activations, a => Assert.Contains(schema.Tensors, t => t.Name == a && !t.IsOptional));
        Assert.True(!op.AllowInplace || op.Activations.Count == schema.Outputs.Count);
        Assert.Equal(op.AllowInplace, op.Native.Inplace == Inplace.May);
        Assert.Equal("native", op.Native.Provider);
    }

    private static IEnumerable<OpArguments> Cases(OpDescriptor op) =>
        from dtype in DTypes.Floating.Members()
        from size in s_sizes
        from seed in Enumerable.Range(0, Seeds)
        select NativeCall.Generate(op, dtype, size.Rows, size.Hidden, seed);

    private static Tensor[] ActivationsOf(OpDescriptor op, Tensor?[] inputs)
    {
        string[] names = [.. OpSchema.Parse(op.Schema).Tensors.Select(t => t.Name)];
        return [.. op.Activations.Select(a => inputs[Array.IndexOf(names, a)]!)];
    }

    private static Tensor Copy(Tensor tensor)
    {
        Tensor copy = Tensor.Empty(tensor.Spec);
        copy.CopyFrom(tensor);
        return copy;
    }
}
