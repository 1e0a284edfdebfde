using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Driver;

/// <summary>CUlaunchConfig: how a kernel is launched.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LaunchConfig
{
    /// <summary>Blocks along each axis.</summary>
    public uint GridX, GridY, GridZ;

    /// <summary>Threads of a block along each axis.</summary>
    public uint BlockX, BlockY, BlockZ;

    /// <summary>Dynamic shared memory of a block.</summary>
    public uint SharedBytes;

    /// <summary>The stream.</summary>
    public nint Stream;

    /// <summary>The attributes.</summary>
    public LaunchAttribute* Attributes;

    /// <summary>How many there are.</summary>
    public uint AttributeCount;
}
