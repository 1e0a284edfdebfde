using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A warp for a row of up to 1024 elements.</summary>
internal struct Warp4 : IRowShape
{
    public static int Chunks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static bool IsWarp
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public static bool ReadsWeightsEarly
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float value) => Reduction.SumOfWarp(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(int value) => Reduction.MaxOfWarp(value);
}
