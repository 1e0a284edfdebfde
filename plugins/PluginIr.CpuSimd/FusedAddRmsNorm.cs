using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd;

/// <summary>fused_add_rms_norm over whole rows, in place or not.</summary>
[KernelProvider(CpuSimdProvider.Name, Supported = nameof(Supported))]
internal static unsafe partial class FusedAddRmsNorm
{
    private static Support Supported() => CpuSimdProvider.Support();

    /// <summary>The kernel. It leaves mixed dtypes, and the mean over part of a row, to native.</summary>
    [Kernel("fused_add_rms_norm", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true, SameDType = true, Without = "variance_size")]
    internal static void Run(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut) =>
        Specialize.Run(x.DType, new Work(x, xResidual, weight, epsilon, output, residualOut));

    /// <summary>One call.</summary>
    internal readonly struct Work(Tensor x, Tensor xResidual, Tensor? weight, float epsilon, Tensor output, Tensor residualOut) : IWork
    {
        private readonly nint _x = x.Address;
        private readonly nint _xResidual = xResidual.Address;
        private readonly nint _weight = weight is null ? 0 : weight.Address;
        private readonly nint _output = output.Address;
        private readonly nint _residualOut = residualOut.Address;
        private readonly nint _rows = (nint)x.Rows;
        private readonly nint _hidden = (nint)x.Last;
        private readonly float _epsilon = epsilon;
        private readonly bool _streams = Streaming.Suits(output, x) && Streaming.Suits(residualOut, xResidual);

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
            TElement* x = (TElement*)_x, xResidual = (TElement*)_xResidual;
            TElement* output = (TElement*)_output, residualOut = (TElement*)_residualOut;
            for (nint row = 0, at = 0; row < _rows; row++, at += _hidden)
            {
                RootMeanSquare.Normalize<SummedRow<TStores, TElement, TLanes>, TStores, TElement, TLanes>(
                    new(x + at, xResidual + at, residualOut + at), (TElement*)_weight, _epsilon, _hidden, output + at);
            }
        }
    }
}
