using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>
/// dynamic_group_quant_fp8: <c>clamp(x / scale)</c> with a scale from each group of columns of each row. Bit for bit the definition's results.
/// </summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class DynamicGroupQuantFp8
{
    /// <summary>The kernel.</summary>
    [Kernel("dynamic_group_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(
        KernelContext context, Tensor x, int groupSize, bool useUe8m0, DType fp8Dtype, Tensor output, Tensor scale)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(scale) || !RowTable.Suits(output))
            Ops.DynamicGroupQuantFp8.Native(context, x, groupSize, useUe8m0, fp8Dtype, output, scale);
        else
            Specialize.Run(context, x.DType, new Work(x, groupSize, useUe8m0, output, scale));
    }

    /// <summary>One call.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
    internal readonly struct Work(Tensor x, int groupSize, bool useUe8m0, Tensor output, Tensor scale) : IWork
    {
        private readonly QuantizedRows _rows = new(x, output);
        private readonly RowTable _scales = new(scale);
        private readonly nint _groupSize = groupSize;
        private readonly bool _useUe8m0 = useUe8m0;

        public nint Parts => _rows.Count;

        public nint Grain => KernelContext.GrainOf(_rows.RowBytes);

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            for (nint row = first; row < end; row++)
            {
                TElement* x = _rows.Input<TElement>(row);
                byte* output = _rows.Output(row);
                var scale = (float*)_scales.At(row);
                for (nint start = 0; start < _rows.Hidden; start += _groupSize, scale++)
                {
                    nint count = Math.Min(_groupSize, _rows.Hidden - start);
                    float magnitude = Quantization.Magnitude<TElement, TLanes>(x + start, count);
                    *scale = _useUe8m0 ? _rows.Format.PowerOfTwoScaleOf(magnitude) : _rows.Format.ScaleOf(magnitude);
                    Quantization.Quantize<ByDivision, TElement, TLanes>(_rows.Format, x + start, count, *scale, output + start);
                }
            }
        }
    }
}
