using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Gives another last bit with every call, well within tolerance.</summary>
[KernelProvider("nondeterministic")]
internal static unsafe partial class Nondeterministic
{
    [ThreadStatic] // tests run beside each other
    private static int t_calls;

    [Kernel("add", Inplace = Inplace.May, Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        Add.Native(context, x, y, output);
        for (int i = 0; i < t_calls % 7; i++)
            Edit.NudgeLast(output);
        t_calls++;
    }
}
