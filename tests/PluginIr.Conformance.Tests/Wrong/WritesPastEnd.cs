using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Writes one element too many.</summary>
[KernelProvider("writes_past_end")]
internal static unsafe partial class WritesPastEnd
{
    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        new Span<byte>((void*)output.End, output.DType.Size()).Clear();
    }
}
