using PluginIr.CpuSimd.Elements;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A row of float16, or the factors of one.</summary>
/// <param name="stored">Its elements.</param>
/// <param name="values">What <see cref="RootMeanSquare.Widen"/> wrote of it: zeros up to whole pairs of vectors. Null when there is no row.</param>
internal readonly unsafe struct WidenedFloat16(Float16Element* stored, float* values)
{
    /// <summary>Its elements.</summary>
    public readonly Float16Element* Stored = stored;

    /// <summary>Its values as float32, in the order in which pairs of vectors are read.</summary>
    public readonly float* Values = values;
}
