namespace PluginIr.Fixtures.ImplementsOp;

/// <summary>
/// A kernel of an op that another plugin declares. The two meet on the schema text; neither references the other. It stays inside a call until the gate
/// that a test has put into the process opens.
/// </summary>
[KernelProvider("elsewhere")]
internal static unsafe partial class ScaleBiasKernels
{
    [Kernel("scale_bias", Schema = "scale_bias(Tensor x, float scale, float bias=0.0) -> Tensor", DTypes = DTypes.F32)]
    private static void ScaleBias(KernelContext context, Tensor x, float scale, float bias, Tensor output)
    {
        (AppDomain.CurrentDomain.GetData("scale_bias.gate") as WaitHandle)?.WaitOne();
        float* from = x.Pointer<float>(), to = output.Pointer<float>();
        for (long i = 0; i < x.ElementCount; i++)
            to[i] = (from[i] * scale) + bias;
    }
}
