namespace PluginIr.Cuda.Gpu.Elements;

/// <summary>An element of 16 bits, of which tensor cores multiply matrices and sum in float32.</summary>
internal interface ITensorCoreElement : IElement
{
    /// <summary>Adds the products of 16 outputs' weights with 8 rows, over 16 elements of the inner dimension: see <see cref="Instructions.MultiplyBFloat16"/>.</summary>
    static abstract Tile Multiply(Tile sums, uint low, uint lowOfOther, uint high, uint highOfOther, uint xLow, uint xHigh);

    /// <summary>The element in the lower half of 32 bits.</summary>
    static abstract float Low(uint bits);

    /// <summary>The element in the upper half.</summary>
    static abstract float High(uint bits);
}
