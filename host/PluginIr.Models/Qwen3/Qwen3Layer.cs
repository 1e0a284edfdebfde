namespace PluginIr.Models.Qwen3;

/// <summary>One layer's weights. H is the hidden size, D the head size, I the intermediate size; matrices are [outputs, inputs].</summary>
/// <param name="InputNorm">[H]: before attention.</param>
/// <param name="Query">[query heads · D, H].</param>
/// <param name="Key">[key heads · D, H].</param>
/// <param name="Value">[key heads · D, H].</param>
/// <param name="QueryNorm">[D]: each query head.</param>
/// <param name="KeyNorm">[D]: each key head.</param>
/// <param name="Output">[H, query heads · D].</param>
/// <param name="FeedForwardNorm">[H]: before the feed-forward block.</param>
/// <param name="GateUp">[2 · I, H]: the gate's rows, then the rows that it gates, as silu_and_mul takes them.</param>
/// <param name="Down">[H, I].</param>
internal sealed record Qwen3Layer(
    Tensor InputNorm, Tensor Query, Tensor Key, Tensor Value, Tensor QueryNorm, Tensor KeyNorm, Tensor Output,
    Tensor FeedForwardNorm, Tensor GateUp, Tensor Down)
{
    /// <summary>The bytes of all of them.</summary>
    public long Bytes =>
        ((Tensor[])[InputNorm, Query, Key, Value, QueryNorm, KeyNorm, Output, FeedForwardNorm, GateUp, Down]).Sum(t => t.Spec.ByteCount);
}
