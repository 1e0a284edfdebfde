using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PluginIr.Cli.Benchmarks.Limits;

/// <summary>Copies cache lines.</summary>
/// <param name="from">The first line to read.</param>
/// <param name="to">The first line to write.</param>
internal readonly unsafe struct CopyBody(byte* from, byte* to) : IParallelBody
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(KernelContext context, nint first, nint end)
    {
        byte* source = from + (first * StreamLimits.Line), stop = from + (end * StreamLimits.Line), target = to + (first * StreamLimits.Line);
        for (; source <= stop - 256; source += 256, target += 256)
        {
            Vector512<byte> a = Vector512.Load(source), b = Vector512.Load(source + 64);
            Vector512<byte> c = Vector512.Load(source + 128), d = Vector512.Load(source + 192);
            a.Store(target);
            b.Store(target + 64);
            c.Store(target + 128);
            d.Store(target + 192);
        }

        for (; source < stop; source += StreamLimits.Line, target += StreamLimits.Line)
            Vector512.Load(source).Store(target);
    }
}
