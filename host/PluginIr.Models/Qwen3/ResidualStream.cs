using PluginIr.Dispatch;
using PluginIr.Ops;

namespace PluginIr.Models.Qwen3;

/// <summary>What the layers add to, [tokens, hidden], together with its norm, which the next block reads.</summary>
internal sealed class ResidualStream : IDisposable
{
    private readonly IrDispatcher _ir;
    private readonly float _epsilon;
    private Tensor _sum;

    /// <summary>Starts from the tokens' embeddings, which the stream owns from here on.</summary>
    public ResidualStream(IrDispatcher ir, Tensor embedded, Tensor normWeight, float epsilon)
    {
        _ir = ir;
        _epsilon = epsilon;
        _sum = embedded;
        Normed = ir.RmsNorm(embedded, normWeight, epsilon);
    }

    /// <summary>The sum's norm. Valid until the next <see cref="Add"/>.</summary>
    public Tensor Normed { get; private set; }

    /// <summary>Adds a block's output and takes the norm for the next block.</summary>
    /// <param name="update">[tokens, hidden]; the stream owns it from here on.</param>
    /// <param name="normWeight">The next block's norm.</param>
    public void Add(Tensor update, Tensor normWeight)
    {
        // Both addends are donated: where the kernel allows it, the results take their memory.
        (Tensor normed, Tensor sum) = _ir.FusedAddRmsNormMaybeInplace(update, _sum, normWeight, _epsilon);
        if (!ReferenceEquals(normed, update))
            update.Dispose();
        if (!ReferenceEquals(sum, _sum))
            _sum.Dispose();
        Normed.Dispose();
        (Normed, _sum) = (normed, sum);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sum.Dispose();
        Normed.Dispose();
    }
}
