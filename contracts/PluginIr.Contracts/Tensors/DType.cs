namespace PluginIr;

/// <summary>The type of a tensor's elements. Names and layouts are PyTorch's.</summary>
public enum DType : byte
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>The upper 16 bits of a binary32: 8 exponent bits, 7 fraction bits.</summary>
    BFloat16,

    /// <summary>8 bits: 4 exponent, 3 fraction, no infinities, one NaN pattern per sign; largest finite value 448.</summary>
    Float8E4M3FN,

    /// <summary>8 bits: 5 exponent, 2 fraction, with infinities; largest finite value 57344.</summary>
    Float8E5M2,

    /// <summary>Signed 8-bit integer.</summary>
    Int8,

    /// <summary>Signed 32-bit integer.</summary>
    Int32,

    /// <summary>Signed 64-bit integer.</summary>
    Int64,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool,
}
