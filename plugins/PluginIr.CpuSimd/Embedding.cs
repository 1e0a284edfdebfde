using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>embedding: rows of the table copied as they are. Bit for bit the definition's result.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class Embedding
{
    /// <summary>The kernel.</summary>
    /// <exception cref="OpArgumentException">An index is not in the table. Nothing was written.</exception>
    [Kernel("embedding", BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor indices, Tensor weight, Tensor output)
    {
        // The definition refuses what is not in the table in the same words for every provider.
        if (Indices.AreRowsOf(indices, weight))
            Specialize.Run(context, weight.DType, new Work(indices, weight, output));
        else
            Ops.Embedding.Native(context, indices, weight, output);
    }

    /// <summary>One call. Every index is in the table.</summary>
    internal readonly struct Work(Tensor indices, Tensor weight, Tensor output) : IWork
    {
        private readonly Tensor _indices = indices;
        private readonly nint _weight = weight.Address;
        private readonly nint _output = output.Address;
        private readonly nint _hidden = (nint)weight.Last;

        public nint Parts => (nint)_indices.ElementCount;

        public nint Grain => KernelContext.GrainOf(2 * _hidden * sizeof(float));

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            nint rowBytes = _hidden * sizeof(TElement);
            for (nint i = first; i < end; i++)
            {
                Buffer.MemoryCopy(
                    (byte*)_weight + ((nint)_indices.ReadIndex(i) * rowBytes), (byte*)_output + (i * rowBytes), rowBytes, rowBytes);
            }
        }
    }
}
