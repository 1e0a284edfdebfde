namespace PluginIr.Cuda.Gpu.Attending;

/// <summary>What the attention kernels are given, all contiguous.</summary>
/// <typeparam name="TView">See <see cref="Norms.NormArguments{TView}"/>.</typeparam>
internal struct AttentionArguments<TView> where TView : struct
{
    /// <summary>[Sequences · Queries, Heads, Size].</summary>
    public TView Query;

    /// <summary>[Sequences, Capacity, KeyHeads, Size].</summary>
    public TView Key, Value;

    /// <summary>i64, keys of each sequence; unused unless <see cref="HasLengths"/>.</summary>
    public TView Lengths;

    /// <summary>As the queries.</summary>
    public TView Output;

    /// <summary>float32 [Sequences · Queries, Heads, Splits, Size + 2]: maximum, sum and weighted values of a part of the keys. Unused with one split.</summary>
    public TView Partial;

    public int Queries, Heads, KeyHeads, Size, Capacity;

    /// <summary>Parts that the keys are divided in, and keys of each.</summary>
    public int Splits, KeysOfSplit;

    /// <summary>Threads that share a key, 2ⁿ up to 32, each with eight elements of it.</summary>
    public int Lanes;

    /// <summary>1 or 0.</summary>
    public int IsCausal, HasLengths;

    /// <summary>The scale of scores, times log₂e: exponentials are powers of 2.</summary>
    public float Scale;

    /// <summary>Unused; fills the struct to a multiple of 8.</summary>
    public int Padding;
}
