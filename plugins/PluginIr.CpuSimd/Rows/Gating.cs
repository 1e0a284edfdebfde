using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Products;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd.Rows;

/// <summary>
/// A function of one half of each row gates the other: <c>output = f(a) · b</c> for rows (a, b) of x, in float32. f's value is rounded to
/// the dtype, then the product. One call.
/// </summary>
/// <typeparam name="TFunction">The function.</typeparam>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
internal readonly unsafe struct Gating<TFunction>(Tensor x, Tensor output) : IWork where TFunction : struct, IFunction
{
    private readonly RowTable _x = new(x);
    private readonly RowTable _output = new(output);
    private readonly nint _rows = (nint)output.Rows;
    private readonly nint _hidden = (nint)output.Last;
    private readonly nint _grainBytes = (nint)(3 * output.Last * x.DType.Size());
    private readonly bool _streams = Streaming.Suits(output, x, 3 * output.Spec.ByteCount);

    public nint Parts => _rows;

    public nint Grain => KernelContext.GrainOf(_grainBytes);

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint row = first; row < end; row++)
        {
            var x = (TElement*)_x.At(row);
            nint ahead = row + 1 < end ? (nint)((TElement*)_x.At(row + 1) - x) : 0;
            Gate<TElement, TLanes>(x, x + _hidden, _hidden, ahead, (TElement*)_output.At(row), _streams);
        }

        Streaming.Complete(_streams);
    }

    /// <summary>Gates one row.</summary>
    /// <param name="gate">What the function is of.</param>
    /// <param name="factors">What its values are multiplied by.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="ahead">Elements to those of the next row; 0 for none.</param>
    /// <param name="output">Where the products go.</param>
    /// <param name="streams">True to write them past the caches, and to fetch the next row meanwhile.</param>
    public static void Gate<TElement, TLanes>(TElement* gate, TElement* factors, nint count, nint ahead, TElement* output, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (TElement.IsCostlyToLoad)
            GatingInBlocks.Gate<TElement, TLanes>(Function.Of<TFunction, TLanes>(), gate, factors, count, output);
        else
            GateAll<TElement, TLanes>(gate, factors, count, ahead, output, streams);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void GateAll<TElement, TLanes>(TElement* gate, TElement* factors, nint count, nint ahead, TElement* output, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var exponential = Exponential<TLanes>.Load();
        UpperHalves<TLanes> constants = TElement.LoadConstants<TLanes>();
        nint i = count - (count % (2 * TLanes.Count));

        // A loop of its own, which does not ask at every store: see RootMeanSquare.Scale. Twice only what is short, as the JIT puts no more than so
        // much in line.
        if (typeof(TElement) == typeof(Float32Element) && typeof(TLanes) == typeof(Lanes512) && !streams)
            GateWhole(gate, factors, i, ahead, output, exponential, constants, streams: false);
        else
            GateWhole(gate, factors, i, ahead, output, exponential, constants, streams);

        if (i < count)
            GateLast<TElement, TLanes>(gate + i, factors + i, (int)(count - i), output + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GateWhole<TElement, TLanes>(
        TElement* gate, TElement* factors, nint count, nint ahead, TElement* output, Exponential<TLanes> exponential, UpperHalves<TLanes> constants, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint i = 0; i < count; i += 2 * TLanes.Count)
        {
            if (streams)
            {
                Prefetch.OfNextRow(gate + ahead + i, 2 * TLanes.Count);
                Prefetch.OfNextRow(factors + ahead + i, 2 * TLanes.Count);
            }

            TLanes first = TElement.RoundComputed(TFunction.Apply(TElement.LoadFirst<TLanes>(gate + i), exponential), constants);
            TLanes second = TElement.RoundComputed(TFunction.Apply(TElement.LoadSecond<TLanes>(gate + i), exponential), constants);
            first *= TElement.LoadFirst<TLanes>(factors + i);
            second *= TElement.LoadSecond<TLanes>(factors + i);
            TElement.StorePair(first, second, output + i, streams, constants);
        }
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
        GateAll<TElement, TLanes>(padded, paddedFactors, room, 0, padded, streams: false);
        Partial.Unpad(padded, count, output);
    }
}
