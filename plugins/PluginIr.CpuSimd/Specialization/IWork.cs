using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Specialization;

/// <summary>What one kernel call does, with its addresses and sizes, written once for every dtype and vector width.</summary>
/// <remarks>Its parts can be done on several threads, in any order: each gives the same bits whoever does it and with whatever others.</remarks>
internal interface IWork
{
    /// <summary>How many parts the work has: rows, for most.</summary>
    nint Parts { get; }

    /// <summary>How many parts are worth handing to another thread, at least. It does not depend on how many threads there are.</summary>
    nint Grain { get; }

    /// <summary>Does some of the parts.</summary>
    /// <typeparam name="TElement">The activations' element type.</typeparam>
    /// <typeparam name="TLanes">The vector width.</typeparam>
    /// <param name="context">The context of the thread that does them.</param>
    /// <param name="first">The first part.</param>
    /// <param name="end">One past the last.</param>
    void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>;
}
