using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>static_quant_fp8: <c>clamp(x · (1 / scale))</c>. Bit for bit the definition's result.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class StaticQuantFp8
{
    /// <summary>The kernel.</summary>
    [Kernel("static_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, int? numTokenPadding, Tensor output)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(output))
            Ops.StaticQuantFp8.Native(context, x, scale, fp8Dtype, numTokenPadding, output);
        else
            Specialize.Run(context, x.DType, new Work(x, scale, output));
    }

    /// <summary>One call.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
    internal readonly struct Work(Tensor x, Tensor scale, Tensor output) : IWork
    {
        private readonly QuantizedRows _rows = new(x, output);
        private readonly float _scale = *(float*)scale.Address;

        public nint Parts => _rows.Count;

        public nint Grain => KernelContext.GrainOf(_rows.RowBytes);

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            for (nint row = first; row < end; row++)
            {
                if (!_rows.IsPadding(row))
                {
                    Quantization.Quantize<ByReciprocal, TElement, TLanes>(
                        _rows.Format, _rows.Input<TElement>(row), _rows.Hidden, _scale, _rows.Output(row));
                }
            }
        }
    }
}
