using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>
/// A <see cref="Float16Element"/> that is computed from finite numbers, which saves a third of the instructions that rounding takes.
/// </summary>
/// <remarks>
/// What <see cref="RoundComputed"/> takes is less than <see cref="Bound"/>, and what <see cref="StorePair"/> takes is no NaN. Results are the
/// same then, bit for bit.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = sizeof(ushort))]
internal readonly unsafe struct OrdinaryFloat16Element : IElement<OrdinaryFloat16Element>
{
    /// <summary>Magnitudes below it do not become infinite by rounding.</summary>
    public const float Bound = 32768f;

    public static bool IsCostlyToLoad
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Float16Element.IsCostlyToLoad;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(OrdinaryFloat16Element* source) where TLanes : struct, ILanes<TLanes> =>
        Float16Element.Load<TLanes>((Float16Element*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes values, OrdinaryFloat16Element* target) where TLanes : struct, ILanes<TLanes> =>
        Float16Element.Store(values, (Float16Element*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole<TLanes>(TLanes values, OrdinaryFloat16Element* target, bool streams) where TLanes : struct, ILanes<TLanes> =>
        Float16Element.StoreWhole(values, (Float16Element*)target, streams);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Round<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> => Float16Element.Round(values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadFirst<TLanes>(OrdinaryFloat16Element* source) where TLanes : struct, ILanes<TLanes> =>
        Float16Element.LoadFirst<TLanes>((Float16Element*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes LoadSecond<TLanes>(OrdinaryFloat16Element* source) where TLanes : struct, ILanes<TLanes> =>
        Float16Element.LoadSecond<TLanes>((Float16Element*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair<TLanes>(TLanes first, TLanes second, OrdinaryFloat16Element* target, bool streams)
        where TLanes : struct, ILanes<TLanes> =>
        Float16Element.Joined(first, Float16Element.NarrowedOrdinary(first), second, Float16Element.NarrowedOrdinary(second)).Store((float*)target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes RoundComputed<TLanes>(TLanes values) where TLanes : struct, ILanes<TLanes> => Float16Element.RoundOrdinary(values);
}
