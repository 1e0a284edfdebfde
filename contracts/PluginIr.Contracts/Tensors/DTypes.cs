namespace PluginIr;

/// <summary>A set of <see cref="DType"/>s: what a kernel accepts for its activations.</summary>
/// <remarks>Bit n stands for the dtype whose value is n, so that dispatch tests a call against a kernel with one AND.</remarks>
[Flags]
public enum DTypes
{
    /// <summary>No dtype.</summary>
    None = 0,

    /// <summary><see cref="DType.Float32"/>.</summary>
    F32 = 1 << DType.Float32,

    /// <summary><see cref="DType.Float16"/>.</summary>
    F16 = 1 << DType.Float16,

    /// <summary><see cref="DType.BFloat16"/>.</summary>
    BF16 = 1 << DType.BFloat16,

    /// <summary><see cref="DType.Float8E4M3FN"/>.</summary>
    F8E4M3FN = 1 << DType.Float8E4M3FN,

    /// <summary><see cref="DType.Float8E5M2"/>.</summary>
    F8E5M2 = 1 << DType.Float8E5M2,

    /// <summary><see cref="DType.Int8"/>.</summary>
    I8 = 1 << DType.Int8,

    /// <summary><see cref="DType.Int32"/>.</summary>
    I32 = 1 << DType.Int32,

    /// <summary><see cref="DType.Int64"/>.</summary>
    I64 = 1 << DType.Int64,

    /// <summary><see cref="DType.UInt8"/>.</summary>
    U8 = 1 << DType.UInt8,

    /// <summary><see cref="DType.Bool"/>.</summary>
    Bool = 1 << DType.Bool,

    /// <summary>The three floating-point types that arithmetic is done on.</summary>
    Floating = F32 | F16 | BF16,

    /// <summary>Every dtype there is.</summary>
    All = Floating | F8E4M3FN | F8E5M2 | I8 | I32 | I64 | U8 | Bool,
}
