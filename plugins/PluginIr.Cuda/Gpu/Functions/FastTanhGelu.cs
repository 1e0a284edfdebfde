using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Functions;

/// <summary>gelu by tanh with x drawn out of the sum: <c>0.5 · x · (1 + tanh(√(2/π) · x · (1 + 0.044715 · x²)))</c>.</summary>
internal struct FastTanhGelu : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x) => Logistic.GateInSteps(x, 1.59576912f * x * (1f + (0.044715f * x * x)));
}
