using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PluginIr.Cli.Benchmarks.Limits;

/// <summary>The triad of McCalpin's STREAM: <c>to = left + 3 · right</c>.</summary>
/// <param name="left">The first line of one input.</param>
/// <param name="right">The first line of the other.</param>
/// <param name="to">The first line to write.</param>
internal readonly unsafe struct TriadBody(byte* left, byte* right, byte* to) : IParallelBody
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(KernelContext context, nint first, nint end)
    {
        Vector512<float> three = Vector512.Create(3f);
        for (nint i = first * StreamLimits.Line; i < end * StreamLimits.Line; i += StreamLimits.Line)
            Vector512.FusedMultiplyAdd(Vector512.Load((float*)(right + i)), three, Vector512.Load((float*)(left + i))).Store((float*)(to + i));
    }
}
