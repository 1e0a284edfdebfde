namespace PluginIr.Fixtures.MistakesOp;

/// <summary>A kernel of an op that another plugin declares, and that it takes for another: it forgets the bias.</summary>
[KernelProvider("mistaken")]
internal static unsafe partial class ScaleBiasKernels
{
    [Kernel("scale_bias", Schema = "scale_bias(Tensor x, float scale, float bias=0.0) -> Tensor", DTypes = DTypes.F32)]
    private static void ScaleBias(KernelContext context, Tensor x, float scale, float bias, Tensor output)
    {
        float* from = x.Pointer<float>(), to = output.Pointer<float>();
        for (long i = 0; i < x.ElementCount; i++)
            to[i] = from[i] * scale;
    }
}
