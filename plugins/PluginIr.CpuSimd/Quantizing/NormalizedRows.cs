using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>What rms_norm makes.</summary>
internal readonly unsafe struct NormalizedRows(Tensor x, Tensor? weight, float epsilon, int? varianceSize) : IRowSource
{
    private readonly RowTable _x = new(x);
    private readonly Normalization _normalization = new(x, weight, epsilon, varianceSize);

    public nint ScratchLength<TElement>() where TElement : unmanaged, IElement<TElement> => _normalization.ScratchLength<TElement>();

    public void Prepare<TElement, TLanes>(float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        _normalization.Prepare<TElement, TLanes>(scratch);

    public void Make<TElement, TLanes>(nint row, TElement* target, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes> =>
        _normalization.Apply<StoredRow<TElement, TLanes>, TElement, TLanes>(new((TElement*)_x.At(row)), target, scratch);
}
