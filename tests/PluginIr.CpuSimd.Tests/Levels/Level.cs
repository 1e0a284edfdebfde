namespace PluginIr.CpuSimd.Tests.Levels;

/// <summary>Which instructions the kernels run on. A process has one; the runtime's switches lower it.</summary>
public enum Level
{
    /// <summary>None but scalar ones.</summary>
    Scalar,

    /// <summary>SSE or NEON.</summary>
    Vector128,

    /// <summary>AVX2 with FMA.</summary>
    Avx2,

    /// <summary>AVX-512.</summary>
    Avx512,
}
