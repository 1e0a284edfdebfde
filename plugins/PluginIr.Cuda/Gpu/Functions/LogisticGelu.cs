using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Functions;

/// <summary>gelu by the logistic function: <c>x / (1 + exp(-1.702 · x))</c>.</summary>
internal struct LogisticGelu : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x) => Logistic.Gate(x, 1.702f * x);
}
