using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A group for a row, two chunks a thread.</summary>
internal struct Group2 : IRowShape
{
    public static int Chunks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    public static bool IsWarp
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool ReadsWeightsEarly
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float value) => Reduction.SumOfGroup(value, 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(int value) => Reduction.MaxOfGroup(value);
}
