using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Functions;

/// <summary><c>x / (1 + exp(-x))</c>.</summary>
internal struct Silu : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x) => Logistic.Gate(x, x);
}
