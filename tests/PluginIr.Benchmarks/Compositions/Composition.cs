using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Compositions;

/// <summary>A composition on TensorPrimitives, as a .NET user who knows it would write it: row by row, so that a row stays in the cache.</summary>
internal abstract class Composition(OpWork work) : PeerRun
{
    public override string Peer => "tensor_primitives";

    public override IReadOnlyList<Tensor> Outputs => work.Outputs;

    /// <summary>The composition for a case; null where TensorPrimitives has nothing for it.</summary>
    public static Composition? Of(OpWork work) => work switch
    {
        RmsNormWork norm => new RmsNormComposition(norm),
        FusedAddRmsNormWork norm => new FusedAddRmsNormComposition(norm),
        SiluAndMulWork silu => new SiluAndMulComposition(silu),
        RotaryEmbeddingWork rotary => new RotaryEmbeddingComposition(rotary),
        LinearWork linear => new LinearComposition(linear),
        AttentionWork attention => new AttentionComposition(attention),
        QuantWork quant => new QuantComposition(quant),
        _ => null,
    };
}
