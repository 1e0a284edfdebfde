using System.Runtime.Intrinsics;

namespace PluginIr.CpuSimd.Tests.Levels;

/// <summary>Levels as the runtime knows them.</summary>
internal static class LevelExtensions
{
    /// <summary>The variable that tells a process at which level it should be.</summary>
    public const string Variable = "PLUGINIR_TEST_LEVEL";

    /// <summary>This process's level.</summary>
    public static Level Current =>
        Vector512.IsHardwareAccelerated ? Level.Avx512
        : Vector256.IsHardwareAccelerated ? Level.Avx2
        : Vector128.IsHardwareAccelerated ? Level.Vector128
        : Level.Scalar;

    /// <summary>
    /// The switch that keeps a process from going above the level; none for the highest. Source: clrconfignames.h of .NET 10, which knows
    /// EnableAVX512 and no longer EnableAVX512F.
    /// </summary>
    public static string? Switch(this Level level) => level switch
    {
        Level.Avx512 => null,
        Level.Avx2 => "DOTNET_EnableAVX512",
        Level.Vector128 => "DOTNET_EnableAVX2",
        _ => "DOTNET_EnableHWIntrinsic",
    };
}
