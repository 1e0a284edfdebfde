namespace PluginIr.Cuda.Gpu.Functions;

/// <summary>A function of one float32 that a kernel applies to every element.</summary>
internal interface IFunction
{
    /// <summary>The value.</summary>
    static abstract float Of(float x);
}
