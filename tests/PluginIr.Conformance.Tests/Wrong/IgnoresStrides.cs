using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Claims strides and walks over its tensors as if there were none.</summary>
[KernelProvider("ignores_strides")]
internal static unsafe partial class IgnoresStrides
{
    [Kernel("add", Strided = true, DTypes = DTypes.F32)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        for (long i = 0; i < x.ElementCount && x.Stride(-1) > 0 && x.Stride(0) > 0; i++)
            output.Pointer<float>()[i] = x.Pointer<float>()[i] + y.Pointer<float>()[i];
        if (x.ElementCount > 0 && (x.Stride(-1) < 0 || x.Stride(0) <= 0))
            Add.Native(context, x, y, output);
    }
}
