using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Writes one element too early.</summary>
[KernelProvider("writes_before_start")]
internal static unsafe partial class WritesBeforeStart
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        new Span<byte>((void*)(output.Start - output.DType.Size()), output.DType.Size()).Clear();
    }
}
