namespace PluginIr.CpuSimd;

/// <summary>embedding: rows of the table copied as they are, whatever their dtype. Bit for bit the definition's result.</summary>
[KernelProvider(CpuSimdProvider.Name, Supported = nameof(Supported))]
internal static unsafe partial class Embedding
{
    private static Support Supported() => CpuSimdProvider.Support();

    /// <summary>The kernel.</summary>
    /// <exception cref="OpArgumentException">An index is not in the table. Nothing was written.</exception>
    [Kernel("embedding", BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor indices, Tensor weight, Tensor output)
    {
        for (long i = 0; i < indices.ElementCount; i++)
        {
            if ((ulong)indices.ReadIndex(i) >= (ulong)weight.Shape[0])
                Ops.Embedding.Native(context, indices, weight, output); // The definition refuses it in the same words for every provider.
        }

        long rowBytes = weight.Last * weight.DType.Size();
        byte* source = (byte*)weight.Address, target = (byte*)output.Address;
        for (long i = 0; i < indices.ElementCount; i++)
            Buffer.MemoryCopy(source + (indices.ReadIndex(i) * rowBytes), target + (i * rowBytes), rowBytes, rowBytes);
    }
}
