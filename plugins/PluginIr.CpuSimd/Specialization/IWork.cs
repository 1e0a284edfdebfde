using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Specialization;

/// <summary>What one kernel call does, with its addresses and sizes, written once for every dtype and vector width.</summary>
internal interface IWork
{
    /// <summary>Does the work.</summary>
    /// <typeparam name="TElement">The activations' element type.</typeparam>
    /// <typeparam name="TLanes">The vector width.</typeparam>
    void Run<TElement, TLanes>()
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>;
}
