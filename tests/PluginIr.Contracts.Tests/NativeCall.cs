using PluginIr.Conformance;
using PluginIr.Dispatch;
using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Contracts.Tests;

/// <summary>Runs an op's native definition through its packed entry.</summary>
internal static unsafe class NativeCall
{
    /// <summary>Infers the outputs' specs.</summary>
    public static TensorSpec[] Infer(OpDescriptor op, OpArguments arguments)
    {
        var outputs = new TensorSpec[arguments.Schema.Outputs.Count];
        op.Infer(arguments.Specs, arguments.Attributes, outputs);
        return outputs;
    }

    /// <summary>Runs into new contiguous outputs.</summary>
    public static Tensor[] Run(OpDescriptor op, OpArguments arguments)
    {
        Tensor[] outputs = [.. Infer(op, arguments).Select(Tensor.Empty)];
        Into(op, arguments.Tensors, arguments.Attributes, outputs);
        return outputs;
    }

    /// <summary>Runs into given outputs.</summary>
    public static void Into(OpDescriptor op, Tensor?[] inputs, AttributeValue[] attributes, Tensor[] outputs)
    {
        var entry = (delegate*<KernelContext, in KernelArguments, void>)op.Native.PackedEntry;
        entry(new KernelContext(), new KernelArguments(inputs, attributes, outputs));
    }

    /// <summary>Arguments of an op's own making.</summary>
    public static OpArguments Generate(OpDescriptor op, DType dtype, long rows, long hidden, int seed)
    {
        var generator = new InputGenerator(OpSchema.Parse(op.Schema), dtype, rows, hidden, seed);
        op.Generate(generator);
        return generator.Build();
    }
}
