using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Stores;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>What a gated activation makes.</summary>
internal readonly unsafe struct GatedRows<TFunction>(Tensor x) : IRowSource where TFunction : struct, IFunction
{
    private readonly RowTable _x = new(x);
    private readonly nint _hidden = (nint)(x.Last / 2);

    public nint ScratchLength<TElement>() where TElement : unmanaged, IElement<TElement> => 0;

    public void Prepare<TElement, TLanes>(float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        // Gating needs no scratch memory.
    }

    public void Make<TElement, TLanes>(nint row, TElement* target, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        var x = (TElement*)_x.At(row);
        Gating<TFunction>.Gate<TElement, TLanes>(x, x + _hidden, _hidden, 0, target, streams: false);
    }
}
