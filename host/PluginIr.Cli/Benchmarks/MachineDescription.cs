using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PluginIr.Cli.Benchmarks.Limits;

namespace PluginIr.Cli.Benchmarks;

/// <summary>Where figures were measured, and how; kept beside them.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Processor">The processor's name, when the system tells it, and its family and model, which virtual machines hide less often.</param>
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
        Dictionary<string, string> first = [];
        foreach (string[] field in File.ReadLines(CpuInfo).TakeWhile(l => l.Length > 0).Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries)))
            first.TryAdd(field[0], field[^1]);
        string? name = first.GetValueOrDefault("model name");
        return first.TryGetValue("cpu family", out string? family) && first.TryGetValue("model", out string? model)
            ? $"{name}, family {family}, model {model}"
            : name;
    }
}
