using PluginIr.Dispatch;
using PluginIr.Registration;

namespace PluginIr.Conformance;

/// <summary>Runs an op's native definition: contiguous host tensors, fresh outputs.</summary>
internal static unsafe class NativeRun
{
    /// <summary>The outputs' specs.</summary>
    /// <exception cref="OpArgumentException">The op does not take these arguments.</exception>
    public static TensorSpec[] Infer(ConformanceSubject subject, OpArguments arguments)
    {
        var specs = new TensorSpec[subject.Schema.Outputs.Count];
        subject.Op.Infer(arguments.Specs, arguments.Attributes, specs);
        return specs;
    }

    /// <summary>The outputs. The caller disposes them.</summary>
    public static Tensor[] Outputs(OpDescriptor op, OpArguments arguments, TensorSpec[] specs, KernelContext context)
    {
        Tensor[] outputs = Array.ConvertAll(specs, Tensor.Empty);
        ((delegate*<KernelContext, in KernelArguments, void>)op.Native.PackedEntry)(
            context, new KernelArguments(arguments.Tensors, arguments.Attributes, outputs));
        GC.KeepAlive(arguments);
        return outputs;
    }
}
