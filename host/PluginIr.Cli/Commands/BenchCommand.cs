using System.CommandLine;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir bench</c>: measurements.</summary>
internal static class BenchCommand
{
    public static Command Create(SharedOptions shared) => new("bench", "Measures.")
    {
        BenchDispatchCommand.Create(shared),
        BenchOpsCommand.Create(shared),
        BenchLatencyCommand.Create(shared),
        SoakCommand.Create(shared, "swap", defaultSwaps: 50, defaultThreads: 1),
    };
}
