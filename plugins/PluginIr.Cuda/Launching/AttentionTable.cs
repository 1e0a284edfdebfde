using System.Numerics;
using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Accesses;
using PluginIr.Cuda.Gpu.Attending;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels of attention for each dtype, the choice among them and how the keys are divided.</summary>
internal sealed class AttentionTable
{
    // Where queries and heads alone make fewer groups than fill a large GPU, keys are divided, but not into parts that are soon done.
    private const int EnoughGroups = 512, LeastKeysOfSplit = 128;

    private readonly GpuKernel[] _byChunk = Attend(typeof(ByChunk)), _byElement = Attend(typeof(ByElement));
    private readonly GpuKernel[] _combine = [.. ElementTypes.Floating.Select(element => new GpuKernel(CombineKernel.Threads, typeof(CombineKernel), element))];

    /// <summary>Describes the kernels.</summary>
    public AttentionTable()
    {
        for (int element = 0; element < ElementTypes.Floating.Length; element++)
            GpuKernel.Join(_byChunk[element], _byElement[element], _combine[element]);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => [.. _byChunk, .. _byElement, .. _combine];

    /// <summary>Launches those for a call.</summary>
    /// <param name="context">Whose stream.</param>
    /// <param name="q">[sequences · T, heads, D].</param>
    /// <param name="k">[C, key heads, D], or with a dimension of sequences before.</param>
    /// <param name="v">As k.</param>
    /// <param name="lengths">Keys of each sequence; null for all.</param>
    /// <param name="scale">What scores are multiplied by.</param>
    /// <param name="causal">Whether later keys are masked.</param>
    /// <param name="output">As q.</param>
    public void Launch(KernelContext context, Tensor q, Tensor k, Tensor v, Tensor? lengths, float scale, bool causal, Tensor output)
    {
        if (output.ElementCount == 0)
            return;
        const float Log2E = 1.4426950408889634f;
        int sequences = lengths is null ? 1 : checked((int)k.Shape[0]), heads = checked((int)q.Shape[1]), keyHeads = checked((int)k.Shape[^2]);
        int queries = checked((int)q.Shape[0]) / sequences, capacity = checked((int)k.Shape[^3]), size = checked((int)q.Last);
        int pairs = ((queries * (heads / keyHeads)) + AttentionKernel.Rows - 1) / AttentionKernel.Rows, groups = checked(sequences * keyHeads * pairs);
        int splits = Math.Clamp(EnoughGroups / groups, 1, Math.Max(1, capacity / LeastKeysOfSplit));
        int keysOfSplit = (capacity + splits - 1) / splits;
        splits = (capacity + keysOfSplit - 1) / keysOfSplit;
        int element = ElementTypes.IndexOf(q.DType), device = q.Device.Ordinal, rows = checked((int)q.Shape[0] * heads);
        var arguments = new AttentionArguments<View>
        {
            Query = View.Of(q),
            Key = View.Of(k),
            Value = View.Of(v),
            Lengths = View.Of(lengths),
            Output = View.Of(output),
            Queries = queries,
            Heads = heads,
            KeyHeads = keyHeads,
            Size = size,
            Capacity = capacity,
            Splits = splits,
            KeysOfSplit = keysOfSplit,
            Lanes = (int)BitOperations.RoundUpToPowerOf2((uint)(size + Chunk.Length - 1) / Chunk.Length),
            IsCausal = causal ? 1 : 0,
            HasLengths = lengths is null ? 0 : 1,
            Scale = scale * Log2E,
        };
        bool byChunk = size % Chunk.Length == 0 && Chunks.AreAligned(q) && Chunks.AreAligned(k) && Chunks.AreAligned(v);
        GpuKernel kernel = (byChunk ? _byChunk : _byElement)[element];
        var shape = new LaunchShape(groups, splits, AttentionKernel.Threads);
        if (splits == 1)
        {
            KernelLauncher.Current.Launch(context, device, kernel, shape, in arguments);
            return;
        }

        // Other threads' calls on the stream must not come between the two that share the memory.
        ScratchMemory scratch = KernelLauncher.Current.Scratch(device);
        lock (scratch)
        {
            arguments.Partial = scratch.OfAtLeast(context, (long)rows * splits * (size + 2) * sizeof(float));
            KernelLauncher.Current.Launch(context, device, kernel, shape, in arguments);
            KernelLauncher.Current.Launch(context, device, _combine[element], new LaunchShape(rows, 1, CombineKernel.Threads), in arguments);
        }
    }

    private static GpuKernel[] Attend(Type access) =>
        [.. ElementTypes.Floating.Select(element => new GpuKernel(AttentionKernel.Threads, typeof(AttentionKernel), element, access))];
}
