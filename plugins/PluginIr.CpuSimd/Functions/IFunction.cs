using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>A function of one float32, applied to every lane of a vector. A lane's result does not depend on the others.</summary>
internal interface IFunction
{
    /// <summary>The function's values.</summary>
    /// <param name="x">What the function is of.</param>
    /// <param name="exponential">What all of these functions are made of; loaded before a loop.</param>
    static abstract TLanes Apply<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes>;
}
