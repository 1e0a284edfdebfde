using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Functions;

/// <summary>gelu by tanh: <c>0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))</c>.</summary>
internal struct TanhGelu : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float x) => Logistic.GateInSteps(x, 1.59576912f * (x + (0.044715f * (x * x * x))));
}
