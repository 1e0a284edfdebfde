namespace PluginIr.Cuda.Gpu.Functions;

/// <summary>A function of the elements of one or two tensors at the same place.</summary>
internal interface IOperation
{
    /// <summary>True when there is a second tensor.</summary>
    static abstract bool HasOther { get; }

    /// <summary>The value.</summary>
    /// <param name="x">The first tensor's element.</param>
    /// <param name="y">The second's; undefined without one.</param>
    static abstract float Of(float x, float y);
}
