namespace PluginIr.Cuda.Gpu;

/// <summary>16 bytes that are loaded or stored by one instruction, <c>ld.global.v4</c>. The address is a multiple of 16.</summary>
internal struct Quad
{
    public uint A, B, C, D;
}
