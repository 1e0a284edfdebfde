using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A group of more than 512 threads for a row, four chunks a thread: a thread has half the registers of <see cref="Group4"/>'s.</summary>
internal struct LargeGroup4 : IRowShape
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
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float value) => Reduction.SumOfGroup(value, Reduction.MaxWarps);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(int value) => Reduction.MaxOfGroup(value);
}
