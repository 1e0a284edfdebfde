using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>Rows that are made and then quantised with a given scale: one call.</summary>
/// <param name="source">The rows.</param>
/// <param name="rowBytes">How many bytes making one reads and writes.</param>
/// <param name="scale">The scale.</param>
/// <param name="output">Where the quantised rows go.</param>
internal readonly unsafe struct StaticallyQuantized<TSource>(TSource source, long rowBytes, Tensor scale, Tensor output) : IWork
    where TSource : struct, IRowSource
{
    private readonly TSource _source = source;
    private readonly float _scale = *(float*)scale.Address;
    private readonly RowTable _output = new(output);
    private readonly Float8Format _format = Float8Format.Of(output.DType);
    private readonly nint _hidden = (nint)output.Last;

    public nint Parts { get; } = (nint)output.Rows;

    public nint Grain { get; } = KernelContext.GrainOf((nint)(rowBytes + output.Last));

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        // No element is wider than a float32.
        nint room = Padding.ToVectorPair(_hidden);
        using Scratch<float> memory = context.Scratch<float>(room + _source.ScratchLength<TElement>());
        fixed (float* made = memory.Span)
        {
            float* scratch = made + room;
            _source.Prepare<TElement, TLanes>(scratch);
            for (nint row = first; row < end; row++)
            {
                _source.Make<TElement, TLanes>(row, (TElement*)made, scratch);
                Quantization.Quantize<ByReciprocal, TElement, TLanes>(_format, (TElement*)made, _hidden, _scale, (byte*)_output.At(row));
            }
        }
    }
}
