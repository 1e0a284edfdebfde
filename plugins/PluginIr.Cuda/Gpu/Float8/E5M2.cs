using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Float8;

/// <summary>5 exponent bits, 2 fraction bits.</summary>
internal struct E5M2 : IFloat8
{
    public static float Largest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 57344f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Pack(float low, float high) => Instructions.PackE5M2(low, high);
}
