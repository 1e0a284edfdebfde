using System.Runtime.Intrinsics;

namespace PluginIr.CpuSimd;

/// <summary>The provider's name and what it needs of the processor.</summary>
internal static class CpuSimdProvider
{
    /// <summary>The name.</summary>
    public const string Name = "cpu_simd";

    /// <summary>Whether the processor has vector instructions that .NET uses.</summary>
    public static Support Support() => PluginIr.Support.When(
        Vector128.IsHardwareAccelerated,
        "no vector instructions: .NET reports Vector128.IsHardwareAccelerated as false (neither SSE nor NEON, or DOTNET_EnableHWIntrinsic=0)");
}
