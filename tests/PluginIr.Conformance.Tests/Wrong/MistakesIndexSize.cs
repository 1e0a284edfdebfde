using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Reads indices as int64, whatever they are.</summary>
[KernelProvider("mistakes_index_size")]
internal static unsafe partial class MistakesIndexSize
{
    [Kernel("embedding", DTypes = DTypes.Floating)]
    private static void Run(KernelContext context, Tensor indices, Tensor weight, Tensor output)
    {
        ulong* from = (ulong*)indices.RowAddress(0);
        float[] row = new float[weight.Last];
        for (long i = 0; i < indices.ElementCount; i++)
        {
            weight.ReadRow((long)(from[i] % (ulong)weight.Shape[0]), row);
            output.WriteRow(i, row);
        }
    }
}
