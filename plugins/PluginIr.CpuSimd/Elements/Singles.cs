using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>Copies rows to scratch memory as float32 and back: for loops that are compiled once, for float32, and not for every dtype.</summary>
internal static unsafe class Singles
{
    /// <summary>Writes a row as float32, exactly, and zeros after it up to <see cref="Padding.ToVector"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Widen<TElement, TLanes>(TElement* source, nint count, float* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TElement.Load<TLanes>(source + i).Store(target + i);
        if (i < count)
        {
            Partial.Load<TElement, TLanes>(source + i, (int)(count - i)).Store(target + i);
            i += TLanes.Count;
        }

        for (nint padded = Padding.ToVector(count); i < padded; i += TLanes.Count)
            TLanes.Create(0f).Store(target + i);
    }

    /// <summary>Rounds a row and writes it. Reads the source up to <see cref="Padding.ToVector"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Narrow<TElement, TLanes>(float* source, nint count, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TElement.Store(TLanes.Load(source + i), target + i);
        if (i < count)
            Partial.Store(TLanes.Load(source + i), target + i, (int)(count - i));
    }

    /// <summary>
    /// Rounds values, multiplies them with a row, rounds the products and writes them. Reads the values up to <see cref="Padding.ToVector"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply<TElement, TLanes>(float* values, TElement* factors, nint count, TElement* target)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TElement.Store(TElement.Round(TLanes.Load(values + i)) * TElement.Load<TLanes>(factors + i), target + i);
        if (i < count)
        {
            int rest = (int)(count - i);
            Partial.Store(TElement.Round(TLanes.Load(values + i)) * Partial.Load<TElement, TLanes>(factors + i, rest), target + i, rest);
        }
    }

    /// <summary>True when no value is an infinity or a NaN. Reads up to a whole vector.</summary>
    public static bool AreFinite<TLanes>(float* values, nint count) where TLanes : struct, ILanes<TLanes> =>
        float.IsFinite(GreatestMagnitude<TLanes>(values, count));

    /// <summary>The greatest magnitude; a NaN when there is one. Reads up to a whole vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float GreatestMagnitude<TLanes>(float* values, nint count) where TLanes : struct, ILanes<TLanes>
    {
        // Numbers without signs are in the order of their bits, with infinity and then NaN at the end.
        TLanes magnitude = TLanes.CreateBits(0x7FFF_FFFF), greatest = TLanes.Create(0f);
        for (nint i = 0; i < count; i += TLanes.Count)
            greatest = TLanes.MaxBits(greatest, TLanes.Load(values + i) & magnitude);
        return BitConverter.Int32BitsToSingle(greatest.MaxOfBits());
    }
}
