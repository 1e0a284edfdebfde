namespace PluginIr.Cuda.Gpu;

/// <summary>8 bytes that are loaded or stored by one instruction, <c>ld.global.v2</c>. The address is a multiple of 8.</summary>
internal struct Pair
{
    public uint A, B;
}
