using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

// All memory on the stack is written before it is read. Clearing it took up to two thirds of the time of kernels that go through rows in blocks.
[module: SkipLocalsInit]

namespace PluginIr.CpuSimd;

/// <summary>The provider's name and what it needs of the processor.</summary>
[KernelProvider(Name, Supported = nameof(Support))]
internal static partial class CpuSimdProvider
{
    /// <summary>The name.</summary>
    public const string Name = "cpu_simd";

    /// <summary>Whether the processor has vector instructions that .NET uses.</summary>
    public static Support Support() => PluginIr.Support.When(
        Vector128.IsHardwareAccelerated,
        "no vector instructions: .NET reports Vector128.IsHardwareAccelerated as false (neither SSE nor NEON, or DOTNET_EnableHWIntrinsic=0)");
}
