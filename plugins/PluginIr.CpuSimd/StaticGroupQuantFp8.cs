using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>static_group_quant_fp8: <c>clamp(x · (1 / scale))</c>, group by group. Bit for bit the definition's result.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class StaticGroupQuantFp8
{
    /// <summary>The kernel.</summary>
    [Kernel("static_group_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, Tensor output)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(scale) || !RowTable.Suits(output))
            Ops.StaticGroupQuantFp8.Native(context, x, scale, fp8Dtype, output);
        else
            Specialize.Run(context, x.DType, new Work(x, scale, output));
    }

    /// <summary>One call.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
    internal readonly struct Work(Tensor x, Tensor scale, Tensor output) : IWork
    {
        private readonly QuantizedRows _rows = new(x, output);
        private readonly RowTable _scales = new(scale);
        private readonly nint _groupSize = (nint)(x.Last / scale.Last);

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
                    Quantization.Quantize<ByReciprocal, TElement, TLanes>(_rows.Format, x + start, _groupSize, *scale, output + start);
            }
        }
    }
}
