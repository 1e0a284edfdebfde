namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Takes 16-bit elements for float32 ones, and so writes twice as far as its output goes.</summary>
[KernelProvider("mistakes_element_size")]
internal static unsafe partial class MistakesElementSize
{
    [Kernel("add", DTypes = DTypes.Floating)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        float* left = (float*)x.Address, right = (float*)y.Address, sum = (float*)output.Address;
        for (long i = 0; i < x.ElementCount; i++)
            sum[i] = left[i] + right[i];
    }
}
