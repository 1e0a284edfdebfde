namespace PluginIr.Cuda.Driver;

/// <summary>A native library that is found at run time: where the functions of the driver and of cuBLAS come from.</summary>
internal interface INativeLibrary
{
    /// <summary>The address of a function; 0 when the library has none of that name.</summary>
    nint Export(string name);
}
