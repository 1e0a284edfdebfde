using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Driver;

/// <summary>CUlaunchAttribute: a number that says which, and a value, a union of 64 bytes of which the first four are used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal struct LaunchAttribute
{
    /// <summary>CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION: the kernel may begin before those queued before it end, and waits for them itself.</summary>
    public const uint OverlapsEarlier = 6;

    [FieldOffset(0)]
    public uint Id;

    [FieldOffset(8)]
    public int Value;
}
