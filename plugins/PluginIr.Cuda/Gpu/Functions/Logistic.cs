using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Functions;

/// <summary>What most activations here come down to: <c>x / (1 + exp(-y))</c>.</summary>
/// <remarks>
/// gelu by tanh is one of them, as <c>0.5 · (1 + tanh(u)) = 1 / (1 + exp(-2u))</c>, in steps. At x = y = -∞ the value is -∞ / ∞, NaN, as the definitions
/// have it.
/// </remarks>
internal static class Logistic
{
    private const float Log2OfE = 1.44269504f;

    /// <summary>The value, to some units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Gate(float x, float y) => Instructions.Divide(x, 1f + Instructions.Exp2(-Log2OfE * y));

    /// <summary>
    /// The same with <c>1 / (1 + exp(-y))</c> rounded to multiples of 2⁻²⁵, as float32's 0.5 · (1 + tanh(y / 2)) has it: it becomes 0 where the
    /// definition's does, and what is multiplied with large numbers afterwards has the definition's steps.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float GateInSteps(float x, float y) =>
        x * ((Instructions.Divide(1f, 1f + Instructions.Exp2(-Log2OfE * y)) - 0.5f) + 0.5f);
}
