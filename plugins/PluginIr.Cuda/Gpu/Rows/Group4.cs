using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A group for a row, four chunks a thread: up to 32768 elements.</summary>
internal struct Group4 : IRowShape
{
    public static int Chunks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
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
    public static float Sum(float value) => Reduction.SumOfGroup(value, 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(int value) => Reduction.MaxOfGroup(value);
}
