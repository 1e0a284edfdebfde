using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>What fused_add_rms_norm makes; the sums are written to its second output.</summary>
internal readonly unsafe struct SummedAndNormalizedRows(
    Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor residualOut) : IRowSource
{
    private readonly RowTable _x = new(x);
    private readonly RowTable _xResidual = new(xResidual);
    private readonly RowTable _residualOut = new(residualOut);
    private readonly Normalization _normalization = new(x, weight, epsilon, varianceSize);

    public nint ScratchLength<TElement>() where TElement : unmanaged, IElement<TElement> => _normalization.ScratchLength<TElement>();

    public void Prepare<TElement, TLanes>(float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        _normalization.Prepare<TElement, TLanes>(scratch);

    public void Make<TElement, TLanes>(nint row, TElement* target, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        _normalization.Apply<SummedRow<TElement, TLanes>, TElement, TLanes>(
            new((TElement*)_x.At(row), (TElement*)_xResidual.At(row), (TElement*)_residualOut.At(row), null), target, scratch);
}
