namespace PluginIr.Fixtures.Emulated;

/// <summary>Kernels that run the ops' definitions on the device's memory.</summary>
[KernelProvider("emulated", Device = "emulated", Supported = nameof(Supported))]
internal static partial class EmulatedKernels
{
    internal static Support Supported() => EmulatedRuntime.Probe();

    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Add(KernelContext context, Tensor x, Tensor y, Tensor output) =>
        Launch.On(context, [x, y, output], (own, t) => Ops.Add.Native(own, t[0]!, t[1]!, t[2]!));

    [Kernel("argmax", Strided = true)]
    private static void Argmax(KernelContext context, Tensor x, Tensor output) =>
        Launch.On(context, [x, output], (own, t) => Ops.Argmax.Native(own, t[0]!, t[1]!));

    [Kernel("cached_attention", Strided = true)]
    private static void CachedAttention(KernelContext context, Tensor q, Tensor k, Tensor v, Tensor lengths, float scale, bool causal, Tensor output) =>
        Launch.On(context, [q, k, v, lengths, output], (own, t) => Ops.CachedAttention.Native(own, t[0]!, t[1]!, t[2]!, t[3]!, scale, causal, t[4]!));

    [Kernel("embedding", Strided = true)]
    private static void Embedding(KernelContext context, Tensor indices, Tensor weight, Tensor output) =>
        Launch.On(context, [indices, weight, output], (own, t) => Ops.Embedding.Native(own, t[0]!, t[1]!, t[2]!));

    [Kernel("fused_add_rms_norm", Inplace = Inplace.May, Strided = true)]
    private static void FusedAddRmsNorm(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut) =>
        Launch.On(
            context, [x, xResidual, weight, output, residualOut],
            (own, t) => Ops.FusedAddRmsNorm.Native(own, t[0]!, t[1]!, t[2], epsilon, varianceSize, t[3]!, t[4]!));

    [Kernel("linear", Strided = true)]
    private static void Linear(KernelContext context, Tensor x, Tensor weight, Tensor output) =>
        Launch.On(context, [x, weight, output], (own, t) => Ops.Linear.Native(own, t[0]!, t[1]!, t[2]!));

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        Launch.On(context, [x, weight, output], (own, t) => Ops.RmsNorm.Native(own, t[0]!, t[1], epsilon, varianceSize, t[2]!));

    [Kernel("rotary_embedding", Inplace = Inplace.May, Strided = true)]
    private static void RotaryEmbedding(
        KernelContext context, Tensor positions, Tensor query, Tensor key, int headSize, int rotaryDim, Tensor cosSinCache, bool isNeoxStyle,
        Tensor queryOut, Tensor keyOut) => Launch.On(
            context, [positions, query, key, cosSinCache, queryOut, keyOut],
            (own, t) => Ops.RotaryEmbedding.Native(own, t[0]!, t[1]!, t[2]!, headSize, rotaryDim, t[3]!, isNeoxStyle, t[4]!, t[5]!));

    [Kernel("silu_and_mul", Strided = true)]
    private static void SiluAndMul(KernelContext context, Tensor x, Tensor output) =>
        Launch.On(context, [x, output], (own, t) => Ops.SiluAndMul.Native(own, t[0]!, t[1]!));

    [Kernel("update_rows", Inplace = Inplace.May, Strided = true)]
    private static void UpdateRows(KernelContext context, Tensor x, Tensor rows, Tensor positions, Tensor output) =>
        Launch.On(context, [x, rows, positions, output], (own, t) => Ops.UpdateRows.Native(own, t[0]!, t[1]!, t[2]!, t[3]!));
}
