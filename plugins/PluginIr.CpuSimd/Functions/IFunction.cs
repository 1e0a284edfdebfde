using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>A function of one float32, applied to every lane of a vector. A lane's result does not depend on the others.</summary>
internal interface IFunction
{
    /// <summary>The function's values.</summary>
    static abstract TLanes Apply<TLanes>(TLanes x) where TLanes : struct, ILanes<TLanes>;
}
