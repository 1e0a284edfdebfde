using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd;

/// <summary>rms_norm over whole rows.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class RmsNorm
{
    /// <summary>The kernel. It leaves mixed dtypes to native.</summary>
    [Kernel("rms_norm", DTypes = DTypes.Floating, BatchInvariant = true, SameDType = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        if (RowTable.Suits(x) && RowTable.Suits(weight) && RowTable.Suits(output))
            Specialize.Run(context, x.DType, new Work(x, weight, epsilon, varianceSize, output));
        else
            Ops.RmsNorm.Native(context, x, weight, epsilon, varianceSize, output);
    }

    /// <summary>One call.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
    internal readonly struct Work(Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) : IWork
    {
        private readonly RowTable _x = new(x);
        private readonly RowTable _output = new(output);
        private readonly nint _rows = (nint)x.Rows;
        private readonly nint _rowBytes = (nint)x.Last * x.DType.Size();
        private readonly Normalization _normalization = new(x, weight, epsilon, varianceSize);
        private readonly bool _streams = Streaming.Suits(output, x, 2 * output.Spec.ByteCount);

        public nint Parts => _rows;

        public nint Grain => KernelContext.GrainOf(2 * _rowBytes);

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            if (TElement.IsCostlyToLoad)
            {
                using Scratch<float> memory = context.Scratch<float>(_normalization.ScratchLength<TElement>());
                fixed (float* scratch = memory.Span)
                    RunRows<TElement, TLanes>(first, end, scratch);
            }
            else
            {
                RunRows<TElement, TLanes>(first, end, null);
            }

            Streaming.Complete(_streams);
        }

        private void RunRows<TElement, TLanes>(nint first, nint end, float* scratch)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            _normalization.Prepare<TElement, TLanes>(scratch);
            bool isAhead = _normalization.MeasuresAhead && !_streams, isMeanwhile = !_streams && _normalization.MeasuresMeanwhile<TElement, TLanes>(isSummed: false);
            RowFactor next = _normalization.FactorOf(Measure<TElement, TLanes>(first, scratch));
            for (nint row = first; row < end; row++)
            {
                RowFactor factor = next;
                if (isMeanwhile && row + 1 < end)
                {
                    next = _normalization.FactorOf(
                        _normalization.ScaleAndMeasure<TLanes>((float*)_x.At(row), factor, (float*)_x.At(row + 1), (float*)_output.At(row)));
                    continue;
                }

                if (isAhead && row + 1 < end)
                    next = _normalization.FactorOf(Measure<TElement, TLanes>(row + 1, scratch));
                TElement* ahead = _streams ? (TElement*)_x.At(Math.Min(row + 1, end - 1)) : null;
                _normalization.Scale<StoredRow<TElement, TLanes>, TElement, TLanes>(
                    RowAt<TElement, TLanes>(row), row & 1, factor, (TElement*)_output.At(row), ahead, scratch);
                if (!isAhead && row + 1 < end)
                    next = _normalization.FactorOf(Measure<TElement, TLanes>(row + 1, scratch));
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)] // In line at one place and not at another, the one that large calls come to would be compiled after a swap.
        private float Measure<TElement, TLanes>(nint row, float* scratch)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes> =>
            _normalization.Measure<StoredRow<TElement, TLanes>, TElement, TLanes>(RowAt<TElement, TLanes>(row), row & 1, scratch);

        private StoredRow<TElement, TLanes> RowAt<TElement, TLanes>(nint row)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes> =>
            new((TElement*)_x.At(row));
    }
}
