using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A function of every element: <c>output = f(x)</c>, in float32, rounded once. One call.</summary>
/// <typeparam name="TFunction">The function.</typeparam>
internal readonly unsafe struct Mapping<TFunction>(Tensor x, Tensor output) : IWork where TFunction : struct, IFunction
{
    private readonly nint _x = x.Address;
    private readonly nint _output = output.Address;
    private readonly nint _count = (nint)x.ElementCount;

    public void Run<TElement, TLanes>()
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> => Map<TElement, TLanes>((TElement*)_x, (TElement*)_output, _count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Map<TElement, TLanes>(TElement* x, TElement* output, nint count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TElement.Store(TFunction.Apply(TElement.Load<TLanes>(x + i)), output + i);
        if (i < count)
            MapLast<TElement, TLanes>(x + i, output + i, (int)(count - i));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MapLast<TElement, TLanes>(TElement* x, TElement* output, int count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        Partial.Store(TFunction.Apply(Partial.Load<TElement, TLanes>(x, count)), output, count);
}
