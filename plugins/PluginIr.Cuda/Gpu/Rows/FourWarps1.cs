using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>Four warps for a row of up to 1024 elements, a chunk a thread: for few rows, as more loads are under way at once.</summary>
/// <remarks>A row's sum is the one that <see cref="Warp4"/> gives, bit for bit.</remarks>
internal struct FourWarps1 : IRowShape
{
    public static int Chunks
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
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
    public static float Sum(float value) => Reduction.SumOfFourWarps(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(int value) => Reduction.MaxOfGroup(value);
}
