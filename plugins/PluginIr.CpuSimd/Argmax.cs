using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Searching;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>argmax: each row read once. The definition's result.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class Argmax
{
    /// <summary>The kernel.</summary>
    [Kernel("argmax", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (RowTable.Suits(x) && output.IsContiguous && x.Last <= int.MaxValue)
            Specialize.Run(context, x.DType, new Search(x, output));
        else
            Ops.Argmax.Native(context, x, output);
    }

    /// <summary>One call.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
    internal readonly struct Search(Tensor x, Tensor output) : IWork
    {
        private readonly RowTable _x = new(x);
        private readonly nint _output = output.Address;
        private readonly nint _length = (nint)x.Last;

        public nint Parts { get; } = (nint)x.Rows;

        public nint Grain { get; } = KernelContext.GrainOf((nint)(x.Last * x.DType.Size()));

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            for (nint row = first; row < end; row++)
                ((long*)_output)[row] = FirstGreatest.Find<TElement, TLanes>((TElement*)_x.At(row), _length).Index;
        }
    }
}
