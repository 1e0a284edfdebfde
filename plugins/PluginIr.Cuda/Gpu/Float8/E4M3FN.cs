using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Float8;

/// <summary>4 exponent bits, 3 fraction bits, no infinities.</summary>
internal struct E4M3FN : IFloat8
{
    public static float Largest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 448f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Pack(float low, float high) => Instructions.PackE4M3FN(low, high);
}
