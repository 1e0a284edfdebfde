using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PluginIr.Cli.Benchmarks.Limits;

/// <summary>Copies cache lines past the caches.</summary>
/// <param name="from">The first line to read.</param>
/// <param name="to">The first line to write.</param>
internal readonly unsafe struct NonTemporalCopyBody(byte* from, byte* to) : IParallelBody
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(KernelContext context, nint first, nint end)
    {
        for (nint i = first * StreamLimits.Line; i < end * StreamLimits.Line; i += StreamLimits.Line)
            Vector512.Load(from + i).StoreAlignedNonTemporal(to + i);
        Thread.MemoryBarrier(); // also for stores past the caches
    }
}
