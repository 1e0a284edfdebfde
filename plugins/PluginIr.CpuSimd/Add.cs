using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd;

/// <summary>add: <c>x + y</c> in float32, rounded once; in place or not. Bit for bit the definition's result.</summary>
[KernelProvider(CpuSimdProvider.Name, Supported = nameof(Supported))]
internal static unsafe partial class Add
{
    private static Support Supported() => CpuSimdProvider.Support();

    /// <summary>The kernel.</summary>
    [Kernel("add", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor y, Tensor output) => Specialize.Run(x.DType, new Work(x, y, output));

    /// <summary>One call. Rows lie one after the other, so that they are one long row.</summary>
    internal readonly struct Work(Tensor x, Tensor y, Tensor output) : IWork
    {
        private readonly nint _x = x.Address;
        private readonly nint _y = y.Address;
        private readonly nint _output = output.Address;
        private readonly nint _count = (nint)x.ElementCount;
        private readonly bool _streams = Streaming.Suits(output, x);

        public void Run<TElement, TLanes>()
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            if (_streams)
            {
                Sum<StreamingStores, TElement, TLanes>((TElement*)_x, (TElement*)_y, _count, (TElement*)_output);
                Streaming.Complete();
            }
            else
            {
                Sum<CachedStores, TElement, TLanes>((TElement*)_x, (TElement*)_y, _count, (TElement*)_output);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum<TStores, TElement, TLanes>(TElement* x, TElement* y, nint count, TElement* output)
        where TStores : struct, IStores
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TStores.Store(TElement.Load<TLanes>(x + i) + TElement.Load<TLanes>(y + i), output + i);
        if (i < count)
            SumLast<TElement, TLanes>(x + i, y + i, (int)(count - i), output + i);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SumLast<TElement, TLanes>(TElement* x, TElement* y, int count, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        Partial.Store(Partial.Load<TElement, TLanes>(x, count) + Partial.Load<TElement, TLanes>(y, count), output, count);
}
