using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Tests;

/// <summary>Element conversions of whole arrays at a width of the test's choice. Lengths are multiples of 16 unless said otherwise.</summary>
internal static unsafe class ElementArrays
{
    public static float[] Widen<TElement>(Width width, ushort[] source) where TElement : unmanaged, IElement<TElement> => width switch
    {
        Width.Bits128 => Widen<TElement, Lanes128>(source),
        Width.Bits256 => Widen<TElement, Lanes256>(source),
        _ => Widen<TElement, Lanes512>(source),
    };

    /// <summary>Of any length: what is missing to a whole vector is padded.</summary>
    public static ushort[] Narrow<TElement>(Width width, float[] source) where TElement : unmanaged, IElement<TElement> => width switch
    {
        Width.Bits128 => Narrow<TElement, Lanes128>(source),
        Width.Bits256 => Narrow<TElement, Lanes256>(source),
        _ => Narrow<TElement, Lanes512>(source),
    };

    /// <summary>Of any length: what is missing to a whole vector is padded.</summary>
    public static float[] Round<TElement>(Width width, float[] source) where TElement : unmanaged, IElement<TElement> => width switch
    {
        Width.Bits128 => Round<TElement, Lanes128>(source),
        Width.Bits256 => Round<TElement, Lanes256>(source),
        _ => Round<TElement, Lanes512>(source),
    };

    /// <summary>Copies the first elements through part of one vector, and returns all its lanes.</summary>
    public static float[] CopyPart(Width width, float[] source, float[] target, int count) => width switch
    {
        Width.Bits128 => CopyPart<Lanes128>(source, target, count),
        Width.Bits256 => CopyPart<Lanes256>(source, target, count),
        _ => CopyPart<Lanes512>(source, target, count),
    };

    private static float[] Widen<TElement, TLanes>(ushort[] source)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float[] target = new float[source.Length];
        fixed (ushort* from = source)
        fixed (float* to = target)
        {
            for (int i = 0; i < source.Length; i += TLanes.Count)
                TElement.Load<TLanes>((TElement*)(from + i)).Store(to + i);
        }

        return target;
    }

    private static ushort[] Narrow<TElement, TLanes>(float[] source)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float[] padded = Padded(source);
        ushort[] target = new ushort[padded.Length];
        fixed (float* from = padded)
        fixed (ushort* to = target)
        {
            for (int i = 0; i < padded.Length; i += TLanes.Count)
                TElement.Store(TLanes.Load(from + i), (TElement*)(to + i));
        }

        return target;
    }

    private static float[] Round<TElement, TLanes>(float[] source)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float[] padded = Padded(source);
        fixed (float* values = padded)
        {
            for (int i = 0; i < padded.Length; i += TLanes.Count)
                TElement.Round(TLanes.Load(values + i)).Store(values + i);
        }

        return padded;
    }

    private static float[] CopyPart<TLanes>(float[] source, float[] target, int count) where TLanes : struct, ILanes<TLanes>
    {
        float[] lanes = new float[TLanes.Count];
        fixed (float* from = source, to = target, all = lanes)
        {
            TLanes part = Partial.Load<Float32Element, TLanes>((Float32Element*)from, count);
            Partial.Store(part, (Float32Element*)to, count);
            part.Store(all);
        }

        return lanes;
    }

    private static float[] Padded(float[] source) => [.. source, .. new float[(16 - (source.Length % 16)) % 16]];
}
