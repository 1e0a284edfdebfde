using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>Rows that some op makes, rounded to its inputs' dtype, to be quantised while they are in the caches.</summary>
internal unsafe interface IRowSource
{
    /// <summary>How many float32 of scratch memory making rows needs.</summary>
    nint ScratchLength<TElement>() where TElement : unmanaged, IElement<TElement>;

    /// <summary>To be called before the first row is made.</summary>
    /// <param name="scratch">The scratch memory.</param>
    void Prepare<TElement, TLanes>(float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>Makes one row.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="scratch">The scratch memory.</param>
    void Make<TElement, TLanes>(nint row, TElement* target, float* scratch)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>;
}
