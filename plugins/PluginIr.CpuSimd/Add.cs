using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd;

/// <summary>add: <c>x + y</c> in float32, rounded once; in place or not. Bit for bit the definition's result.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class Add
{
    /// <summary>The kernel.</summary>
    [Kernel("add", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor y, Tensor output)
    {
        if (RowTable.Suits(x) && RowTable.Suits(y) && RowTable.Suits(output))
            Specialize.Run(context, x.DType, new Work(x, y, output));
        else
            Ops.Add.Native(context, x, y, output);
    }

    /// <summary>One call.</summary>
    internal readonly struct Work : IWork
    {
        private readonly Segments _segments;
        private readonly RowTable _x, _y, _output;
        private readonly bool _streams;

        /// <summary>Describes a call.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
        public Work(Tensor x, Tensor y, Tensor output)
        {
            _segments = new Segments(x, x.IsContiguous && y.IsContiguous && output.IsContiguous);
            (_x, _y, _output) = (_segments.Of(x), _segments.Of(y), _segments.Of(output));
            _streams = Streaming.Suits(output, x, 3 * output.Spec.ByteCount);
            Grain = KernelContext.GrainOf(_segments.LengthOf(0) * 3 * x.DType.Size());
        }

        public nint Parts => _segments.Count;

        public nint Grain { get; }

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            for (nint part = first; part < end; part++)
            {
                Sum<TElement, TLanes>(
                    (TElement*)_x.At(part), (TElement*)_y.At(part), _segments.LengthOf(part), (TElement*)_output.At(part), _streams);
            }

            Streaming.Complete(_streams);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum<TElement, TLanes>(TElement* x, TElement* y, nint count, TElement* output, bool streams)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        UpperHalves<TLanes> constants = TElement.LoadConstants<TLanes>();
        nint i = count - (count % (2 * TLanes.Count));
        if (typeof(TElement) == typeof(Float32Element) && !streams) // A loop of its own: see RootMeanSquare.Scale.
            SumWhole(x, y, i, output, streams: false, constants);
        else
            SumWhole(x, y, i, output, streams, constants);
        if (i < count)
            SumLast<TElement, TLanes>(x + i, y + i, (int)(count - i), output + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumWhole<TElement, TLanes>(TElement* x, TElement* y, nint count, TElement* output, bool streams, UpperHalves<TLanes> constants)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint i = 0; i < count; i += 2 * TLanes.Count)
        {
            TLanes first = TElement.LoadFirst<TLanes>(x + i) + TElement.LoadFirst<TLanes>(y + i);
            TLanes second = TElement.LoadSecond<TLanes>(x + i) + TElement.LoadSecond<TLanes>(y + i);
            TElement.StorePair(first, second, output + i, streams, constants);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SumLast<TElement, TLanes>(TElement* x, TElement* y, int count, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        int room = 2 * TLanes.Count;
        TElement* padded = stackalloc TElement[2 * room];
        Partial.Pad(x, count, padded, room);
        Partial.Pad(y, count, padded + room, room);
        Sum<TElement, TLanes>(padded, padded + room, room, padded, streams: false);
        Partial.Unpad(padded, count, output);
    }
}
