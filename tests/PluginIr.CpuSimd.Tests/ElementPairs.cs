using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;

namespace PluginIr.CpuSimd.Tests;

/// <summary>What pairs of vectors make of whole arrays, whose lengths are multiples of 32, at a width of the test's choice.</summary>
internal static unsafe class ElementPairs
{
    /// <summary>Values as they come back from where they were stored.</summary>
    public static float[] StoreAndLoad<TElement>(Width width, float[] values) where TElement : unmanaged, IElement<TElement> => width switch
    {
        Width.Bits128 => StoreAndLoad<TElement, Lanes128>(values),
        Width.Bits256 => StoreAndLoad<TElement, Lanes256>(values),
        _ => StoreAndLoad<TElement, Lanes512>(values),
    };

    /// <summary>Values rounded as what was computed.</summary>
    public static float[] RoundComputed<TElement>(Width width, float[] values) where TElement : unmanaged, IElement<TElement> => width switch
    {
        Width.Bits128 => RoundComputed<TElement, Lanes128>(values),
        Width.Bits256 => RoundComputed<TElement, Lanes256>(values),
        _ => RoundComputed<TElement, Lanes512>(values),
    };

    /// <summary>Elements, in the order in which pairs have them, which is theirs or, two at a time, the even places' before the odd ones'.</summary>
    public static float[] Load<TElement>(Width width, ushort[] elements) where TElement : unmanaged, IElement<TElement> => width switch
    {
        Width.Bits128 => Load<TElement, Lanes128>(elements),
        Width.Bits256 => Load<TElement, Lanes256>(elements),
        _ => Load<TElement, Lanes512>(elements),
    };

    /// <summary>Elements of float16 that are taken to be finite, in the same order.</summary>
    public static float[] LoadFinite(Width width, ushort[] elements) => width switch
    {
        Width.Bits128 => LoadFinite<Lanes128>(elements),
        Width.Bits256 => LoadFinite<Lanes256>(elements),
        _ => LoadFinite<Lanes512>(elements),
    };

    /// <summary>Bounded values as they come back from where they were stored as float16.</summary>
    public static float[] StoreAndLoadBounded(Width width, float[] values) => width switch
    {
        Width.Bits128 => StoreAndLoadBounded<Lanes128>(values),
        Width.Bits256 => StoreAndLoadBounded<Lanes256>(values),
        _ => StoreAndLoadBounded<Lanes512>(values),
    };

    /// <summary>Bounded values rounded to float16.</summary>
    public static float[] RoundBounded(Width width, float[] values) => width switch
    {
        Width.Bits128 => RoundBounded<Lanes128>(values),
        Width.Bits256 => RoundBounded<Lanes256>(values),
        _ => RoundBounded<Lanes512>(values),
    };

    private static float[] LoadFinite<TLanes>(ushort[] elements) where TLanes : struct, ILanes<TLanes>
    {
        float[] result = new float[elements.Length];
        fixed (ushort* from = elements)
            Read<FiniteFloat16Row<TLanes>, TLanes>(new((Float16Element*)from), result);
        return result;
    }

    private static void Read<TRow, TLanes>(TRow row, float[] values)
        where TRow : struct, IRow<TRow, TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (float* to = values)
        {
            for (int i = 0; i < values.Length; i += 2 * TLanes.Count)
            {
                row.ReadFirst(i).Store(to + i);
                row.ReadSecond(i).Store(to + i + TLanes.Count);
            }
        }
    }

    private static float[] StoreAndLoadBounded<TLanes>(float[] values) where TLanes : struct, ILanes<TLanes>
    {
        float[] result = new float[values.Length];
        Float16Element* stored = stackalloc Float16Element[2 * TLanes.Count];
        BoundedFloat16<TLanes> halves = BoundedFloat16<TLanes>.Load();
        fixed (float* from = values, to = result)
        {
            for (int i = 0; i < values.Length; i += 2 * TLanes.Count)
            {
                TLanes first = TLanes.Load(from + i), second = TLanes.Load(from + i + TLanes.Count);
                Float16Element.StorePair(first, second, stored, streams: false, default);
                TLanes signs = TLanes.Load((float*)stored);

                // Signs are of no use here: the other numbers' are as good.
                TLanes sign = TLanes.CreateBits(0x8000_0000);
                halves.StorePair(first ^ sign, second ^ sign, signs, stored, streams: false);
                Float16Element.LoadFirst<TLanes>(stored).Store(to + i);
                Float16Element.LoadSecond<TLanes>(stored).Store(to + i + TLanes.Count);
            }
        }

        return result;
    }

    private static float[] RoundBounded<TLanes>(float[] values) where TLanes : struct, ILanes<TLanes>
    {
        float[] result = new float[values.Length];
        BoundedFloat16<TLanes> halves = BoundedFloat16<TLanes>.Load();
        fixed (float* from = values, to = result)
        {
            for (int i = 0; i < values.Length; i += TLanes.Count)
                halves.Round(TLanes.Load(from + i)).Store(to + i);
        }

        return result;
    }

    private static float[] StoreAndLoad<TElement, TLanes>(float[] values)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float[] result = new float[values.Length];
        TElement* stored = stackalloc TElement[2 * TLanes.Count];
        fixed (float* from = values, to = result)
        {
            for (int i = 0; i < values.Length; i += 2 * TLanes.Count)
            {
                TElement.StorePair(TLanes.Load(from + i), TLanes.Load(from + i + TLanes.Count), stored, streams: false, TElement.LoadConstants<TLanes>());
                TElement.LoadFirst<TLanes>(stored).Store(to + i);
                TElement.LoadSecond<TLanes>(stored).Store(to + i + TLanes.Count);
            }
        }

        return result;
    }

    private static float[] RoundComputed<TElement, TLanes>(float[] values)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float[] result = new float[values.Length];
        fixed (float* from = values, to = result)
        {
            for (int i = 0; i < values.Length; i += TLanes.Count)
                TElement.RoundComputed(TLanes.Load(from + i), TElement.LoadConstants<TLanes>()).Store(to + i);
        }

        return result;
    }

    private static float[] Load<TElement, TLanes>(ushort[] elements)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float[] result = new float[elements.Length];
        fixed (ushort* from = elements)
            Read<StoredRow<TElement, TLanes>, TLanes>(new((TElement*)from), result);
        return result;
    }
}
