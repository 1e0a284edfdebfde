using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd.Rows;

/// <summary>
/// A function of one half of each row gates the other: <c>output = f(a) · b</c> for rows (a, b) of x, in float32. f's value is rounded to
/// the dtype, then the product. One call.
/// </summary>
/// <typeparam name="TFunction">The function.</typeparam>
internal readonly unsafe struct Gating<TFunction>(Tensor x, Tensor output) : IWork where TFunction : struct, IFunction
{
    private readonly nint _x = x.Address;
    private readonly nint _output = output.Address;
    private readonly nint _rows = (nint)output.Rows;
    private readonly nint _hidden = (nint)output.Last;
    private readonly bool _streams = Streaming.Suits(output, x);

    public void Run<TElement, TLanes>()
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (_streams)
        {
            RunRows<StreamingStores, TElement, TLanes>();
            Streaming.Complete();
        }
        else
        {
            RunRows<CachedStores, TElement, TLanes>();
        }
    }

    private void RunRows<TStores, TElement, TLanes>()
        where TStores : struct, IStores
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var x = (TElement*)_x;
        var output = (TElement*)_output;
        for (nint row = 0; row < _rows; row++, x += 2 * _hidden, output += _hidden)
            Gate<TStores, TElement, TLanes>(x, x + _hidden, _hidden, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Gate<TStores, TElement, TLanes>(TElement* gate, TElement* factors, nint count, TElement* output)
        where TStores : struct, IStores
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes value = TElement.Round(TFunction.Apply(TElement.Load<TLanes>(gate + i)));
            TStores.Store(value * TElement.Load<TLanes>(factors + i), output + i);
        }

        if (i < count)
            GateLast<TElement, TLanes>(gate + i, factors + i, (int)(count - i), output + i);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void GateLast<TElement, TLanes>(TElement* gate, TElement* factors, int count, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes value = TElement.Round(TFunction.Apply(Partial.Load<TElement, TLanes>(gate, count)));
        Partial.Store(value * Partial.Load<TElement, TLanes>(factors, count), output, count);
    }
}
