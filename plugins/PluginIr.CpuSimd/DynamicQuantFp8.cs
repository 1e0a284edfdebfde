using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Quantizing;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>
/// dynamic_quant_fp8: <c>clamp(x · (1 / scale))</c> with a scale from the values, of each row or of all. Bit for bit the definition's results.
/// </summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class DynamicQuantFp8
{
    /// <summary>The kernel.</summary>
    [Kernel("dynamic_quant_fp8", DTypes = DTypes.Floating, BatchInvariant = true, Strided = true)]
    internal static void Run(
        KernelContext context, Tensor x, bool perToken, DType fp8Dtype, Tensor? scaleUb, int? numTokenPadding, Tensor output, Tensor scale)
    {
        if (!RowTable.Suits(x) || !RowTable.Suits(output) || (!perToken && x.Rows > Array.MaxLength))
            Ops.DynamicQuantFp8.Native(context, x, perToken, fp8Dtype, scaleUb, numTokenPadding, output, scale);
        else if (perToken)
            Specialize.Run(context, x.DType, new RowWork(x, scaleUb, output, scale));
        else
            RunWithOneScale(context, x, output, scale);
    }

    private static void RunWithOneScale(KernelContext context, Tensor x, Tensor output, Tensor scale)
    {
        using Scratch<float> magnitudes = context.Scratch<float>(x.Rows);
        fixed (float* memory = magnitudes.Span)
        {
            Specialize.Run(context, x.DType, new MagnitudeWork(x, memory));
            float magnitude = Quantization.Magnitude<Float32Element, Lanes128>((Float32Element*)memory, (nint)x.Rows);
            *(float*)scale.Address = Float8Format.Of(output.DType).ScaleOf(magnitude);
        }

        Specialize.Run(context, x.DType, new StaticQuantFp8.Work(x, scale, output));
    }

    /// <summary>A call with a scale for each row.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
    internal readonly struct RowWork(Tensor x, Tensor? scaleUb, Tensor output, Tensor scale) : IWork
    {
        private readonly QuantizedRows _rows = new(x, output);
        private readonly RowTable _scales = new(scale);

        // Without a bound, infinity bounds nothing.
        private readonly float _bound = scaleUb is null ? float.PositiveInfinity : *(float*)scaleUb.Address;

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
                    *(float*)_scales.At(row) = Quantization.QuantizeRow<TElement, TLanes>(
                        _rows.Format, _rows.Input<TElement>(row), _rows.Hidden, _bound, _rows.Output(row));
                }
            }
        }
    }

    /// <summary>The greatest magnitude of each row: the first half of a call with one scale.</summary>
    internal readonly struct MagnitudeWork(Tensor x, float* magnitudes) : IWork
    {
        private readonly RowTable _x = new(x);
        private readonly nint _hidden = (nint)x.Last;
        private readonly float* _magnitudes = magnitudes;

        public nint Parts { get; } = (nint)x.Rows;

        public nint Grain { get; } = KernelContext.GrainOf((nint)(x.Last * x.DType.Size()));

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            for (nint row = first; row < end; row++)
                _magnitudes[row] = Quantization.Magnitude<TElement, TLanes>((TElement*)_x.At(row), _hidden);
        }
    }
}
