using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>How values are brought into the dtype's range: <see cref="ByReciprocal"/> or <see cref="ByDivision"/>.</summary>
internal interface IScaling
{
    /// <summary>What <see cref="Apply"/> takes, of a scale.</summary>
    static abstract float Factor(float scale);

    /// <summary>Scales the lanes.</summary>
    static abstract TLanes Apply<TLanes>(TLanes values, TLanes factor) where TLanes : struct, ILanes<TLanes>;
}
