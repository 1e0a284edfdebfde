using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PluginIr.Cli.Benchmarks.Limits;

namespace PluginIr.Cli.Benchmarks;

/// <summary>Where figures were measured, and how; kept beside them.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Processor">The processor's name, when the system tells it.</param>
/// <param name="Processors">How many there are for this process.</param>
/// <param name="VectorBits">The widest vectors that are fast.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Libraries">The peers' versions.</param>
/// <param name="Limits">What the machine does at most, measured in the same run.</param>
internal sealed record MachineDescription(
    string Command, string? Processor, int Processors, int VectorBits, string System, string Runtime,
    IReadOnlyDictionary<string, string> Libraries, IReadOnlyList<MachineLimit> Limits)
{
    /// <summary>Describes this machine.</summary>
    public static MachineDescription Of(string command, IReadOnlyDictionary<string, string> libraries, IReadOnlyList<MachineLimit> limits) => new(
        command, ProcessorName(), Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}", RuntimeInformation.FrameworkDescription, libraries, limits);

    // Linux says it in a file, Windows in the environment.
    private static string? ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        if (!File.Exists(CpuInfo))
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        string? line = File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line?.Split(':', 2)[1].Trim();
    }
}
