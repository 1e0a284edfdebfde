using ILGPU;
using PluginIr.Cuda.Gpu.Float8;

namespace PluginIr.Cuda.Gpu.Quantizing;

/// <summary>Makes a tensor's scale from its magnitude, in place. One thread does it.</summary>
internal static class TensorScaleKernel
{
    /// <summary>The kernel.</summary>
    public static void Run<TFloat8>(TensorScaleArguments<ArrayView<byte>> a) where TFloat8 : struct, IFloat8
    {
        ArrayView<float> scale = a.Scale.Cast<float>();
        if (Group.IdxX == 0)
            scale[0] = Scaling.Of<TFloat8>(scale[0]);
    }
}
