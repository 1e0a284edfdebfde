using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Kernels;

/// <summary>
/// dynamic_quant_fp8: with a scale for each row, the row is read once, as by the norms, which it is one of without the norm; with one for
/// all, the tensor is read for its magnitude and then quantised by what static_quant_fp8 launches.
/// </summary>
[KernelProvider(CudaProvider.Name, Device = CudaProvider.Device)]
internal static partial class DynamicQuantFp8
{
    /// <summary>What it launches with a scale for each row.</summary>
    internal static readonly QuantizingNormTable ByRow = new(typeof(AsItIs), typeof(Dynamically<>));

    /// <summary>What it launches to find one scale.</summary>
    internal static readonly TensorScaleTable Scale = new();

    /// <summary>The kernel. Not batch-invariant: one scale for all depends on all.</summary>
    [Kernel("dynamic_quant_fp8", DTypes = DTypes.Floating)]
    internal static void Run(
        KernelContext context, Tensor x, bool perToken, DType fp8Dtype, Tensor? scaleUb, int? numTokenPadding, Tensor output, Tensor scale)
    {
        if (perToken)
        {
            ByRow.Launch(context, new NormCall { X = x, Scale = scaleUb, ScaleOut = scale, Output = output });
        }
        else
        {
            Scale.Launch(context, x, fp8Dtype, scale);
            StaticQuantFp8.Tables[ElementTypes.IndexOfFloat8(fp8Dtype)].Launch(context, x, null, scale, output);
        }

        Zeroing.Launch(context, output, x.ElementCount);
    }
}
