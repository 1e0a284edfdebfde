namespace PluginIr.CpuSimd.Tests;

/// <summary>A vector width in bits. All are tested everywhere: .NET emulates those that the processor lacks.</summary>
public enum Width
{
    Bits128 = 128,
    Bits256 = 256,
    Bits512 = 512,
}
