using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd;

/// <summary>fused_add_rms_norm over whole rows, in place or not.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class FusedAddRmsNorm
{
    /// <summary>The kernel. It leaves mixed dtypes to native.</summary>
    [Kernel("fused_add_rms_norm", DTypes = DTypes.Floating, Inplace = Inplace.May, BatchInvariant = true, SameDType = true, Strided = true)]
    internal static void Run(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut)
    {
        if (RowTable.Suits(x) && RowTable.Suits(xResidual) && RowTable.Suits(weight) && RowTable.Suits(output) && RowTable.Suits(residualOut))
            Specialize.Run(context, x.DType, new Work(x, xResidual, weight, epsilon, varianceSize, output, residualOut));
        else
            Ops.FusedAddRmsNorm.Native(context, x, xResidual, weight, epsilon, varianceSize, output, residualOut);
    }

    /// <summary>One call.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
    internal readonly struct Work(
        Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut) : IWork
    {
        private readonly RowTable _x = new(x);
        private readonly RowTable _xResidual = new(xResidual);
        private readonly RowTable _output = new(output);
        private readonly RowTable _residualOut = new(residualOut);
        private readonly nint _rows = (nint)x.Rows;
        private readonly nint _rowBytes = (nint)x.Last * x.DType.Size();
        private readonly Normalization _normalization = new(x, weight, epsilon, varianceSize);
        private readonly bool _streams = Streaming.Suits(output, x, 4 * output.Spec.ByteCount) && Streaming.Suits(residualOut, xResidual, 4 * output.Spec.ByteCount);

        public nint Parts => _rows;

        public nint Grain => KernelContext.GrainOf(4 * _rowBytes);

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            if (SummedRow<TElement, TLanes>.IsKept(_streams))
            {
                RunRows<TElement, TLanes>(first, end, null);
            }
            else
            {
                using Scratch<float> memory = context.Scratch<float>(_normalization.ScratchLength<TElement>());
                fixed (float* scratch = memory.Span)
                    RunRows<TElement, TLanes>(first, end, scratch);
            }

            Streaming.Complete(_streams);
        }

        // Once for both ways to it: the first large call finds it compiled as the first small one does.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void RunRows<TElement, TLanes>(nint first, nint end, float* scratch)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            _normalization.Prepare<TElement, TLanes>(scratch);
            bool isMeanwhile = !_streams && _normalization.MeasuresMeanwhile<TElement, TLanes>(isSummed: true);
            RowFactor factor = default;
            for (nint row = first; row < end; row++)
            {
                nint next = Math.Min(row + 1, end - 1);
                SummedRow<TElement, TLanes> sum = RowAt<TElement, TLanes>(row, next);
                if (row == first || !isMeanwhile)
                    factor = _normalization.FactorOf(_normalization.Measure<SummedRow<TElement, TLanes>, TElement, TLanes>(sum, 0, scratch));
                if (isMeanwhile && next > row)
                {
                    factor = _normalization.FactorOf(_normalization.ScaleAndMeasure(
                        (float*)_residualOut.At(row), factor, RowAt<Float32Element, TLanes>(next, next), (float*)_output.At(row)));
                    continue;
                }

                _normalization.Scale<SummedRow<TElement, TLanes>, TElement, TLanes>(
                    sum, 0, factor, (TElement*)_output.At(row), _streams ? (TElement*)_x.At(next) : null, scratch);
            }
        }

        private SummedRow<TElement, TLanes> RowAt<TElement, TLanes>(nint row, nint next)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes> =>
            new((TElement*)_x.At(row), (TElement*)_xResidual.At(row), (TElement*)_residualOut.At(row), _streams ? (TElement*)_xResidual.At(next) : null);
    }
}
