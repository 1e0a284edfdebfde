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
    private readonly RowTable _x = new(x);
    private readonly RowTable _output = new(output);
    private readonly nint _rows = (nint)output.Rows;
    private readonly nint _hidden = (nint)output.Last;
    private readonly bool _streams = Streaming.Suits(output, x);

    public nint Parts => _rows;

    public nint Grain { get; } = KernelContext.GrainOf((nint)(3 * output.Last * x.DType.Size()));

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint row = first; row < end; row++)
        {
            var x = (TElement*)_x.At(row);
            Gate<TElement, TLanes>(x, x + _hidden, _hidden, (TElement*)_output.At(row), _streams);
        }

        Streaming.Complete(_streams);
    }

    /// <summary>Gates one row.</summary>
    public static void Gate<TElement, TLanes>(TElement* gate, TElement* factors, nint count, TElement* output, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (TElement.IsCostlyToLoad)
            GatingInBlocks.Gate<TElement, TLanes>(Function.Of<TFunction, TLanes>(), gate, factors, count, output);
        else
            GateAll<TElement, TLanes>(gate, factors, count, output, streams);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void GateAll<TElement, TLanes>(TElement* gate, TElement* factors, nint count, TElement* output, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            TLanes first = TElement.RoundComputed(TFunction.Apply(TElement.LoadFirst<TLanes>(gate + i)));
            TLanes second = TElement.RoundComputed(TFunction.Apply(TElement.LoadSecond<TLanes>(gate + i)));
            first *= TElement.LoadFirst<TLanes>(factors + i);
            second *= TElement.LoadSecond<TLanes>(factors + i);
            TElement.StorePair(first, second, output + i, streams);
        }

        if (i < count)
            GateLast<TElement, TLanes>(gate + i, factors + i, (int)(count - i), output + i);
    }

    // By way of full vectors, so that the function is compiled once and not a second time for the end.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void GateLast<TElement, TLanes>(TElement* gate, TElement* factors, int count, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        int room = 2 * TLanes.Count;
        TElement* padded = stackalloc TElement[2 * room];
        TElement* paddedFactors = padded + room;
        Partial.Pad(gate, count, padded, room);
        Partial.Pad(factors, count, paddedFactors, room);
        GateAll<TElement, TLanes>(padded, paddedFactors, room, padded, streams: false);
        new ReadOnlySpan<TElement>(padded, count).CopyTo(new Span<TElement>(output, count));
    }
}
