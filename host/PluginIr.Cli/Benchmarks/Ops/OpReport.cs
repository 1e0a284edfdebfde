using PluginIr.Cli.Benchmarks.Limits;
using PluginIr.Cli.Output;
using Spectre.Console;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Results as tables and as files.</summary>
internal static class OpReport
{
    private static readonly string[] s_peers = ["onnxruntime", "tensor_primitives", "loop"];

    /// <summary>Writes the tables of the results and of the machine's limits.</summary>
    public static void Write(IReadOnlyList<OpResult> results, IReadOnlyList<MachineLimit> limits)
    {
        Table table = Terminal.Table(
            ["op", "dtype", "rows", "hidden", "cold", "threads", "by", "ours, µs", .. s_peers.Select(p => $"{p}, µs"), "ratio to best", "of the limit"]);
        foreach (OpResult result in results)
        {
            table.Row(
            [
                result.Op, result.DType, $"{result.Rows}", $"{result.Hidden}", result.Cold ? "cold" : "-", $"{result.Threads}", result.Provider,
                Terminal.Number(result.OursUs, 2),
                .. s_peers.Select(p => result.Peers.TryGetValue(p, out double time) ? Terminal.Number(time, 2) : "-"),
                Terminal.Number(result.Ratio!.Value, 2), $"{Terminal.Number(100 * result.LimitFraction, 0)} %",
            ]);
        }

        Terminal.Write(table);
        WriteLimits(limits);
    }

    /// <summary>Writes the tables of results of two builds of plugins, and of the machine's limits.</summary>
    public static void WriteAgainstBaseline(IReadOnlyList<OpResult> results, IReadOnlyList<MachineLimit> limits)
    {
        Table table = Terminal.Table(
            "op", "dtype", "rows", "hidden", "cold", "threads", "by", "now, µs", "baseline by", "baseline, µs", "ratio", "same bits", "of the limit");
        foreach (OpResult result in results)
        {
            table.Row(
                result.Op, result.DType, $"{result.Rows}", $"{result.Hidden}", result.Cold ? "cold" : "-", $"{result.Threads}", result.Provider,
                Terminal.Number(result.OursUs, 2), result.BaselineProvider!, Terminal.Number(result.Peers[result.BestPeer!], 2), Terminal.Number(result.Ratio!.Value, 2),
                result.SameBits is true ? "yes" : "no", $"{Terminal.Number(100 * result.LimitFraction, 0)} %");
        }

        Terminal.Write(table);
        WriteLimits(limits);
    }

    private static void WriteLimits(IReadOnlyList<MachineLimit> limits)
    {
        Table machine = Terminal.Table("threads", "data in", "read, GB/s", "copy, GB/s", "triad, GB/s", "non-temporal copy, GB/s", "fma, GFLOP/s");
        foreach (MachineLimit limit in limits)
        {
            machine.Row(
                $"{limit.Threads}", limit.WorkingSet, Terminal.Number(limit.ReadGbS, 1), Terminal.Number(limit.CopyGbS, 1),
                Terminal.Number(limit.TriadGbS, 1), Terminal.Number(limit.NonTemporalGbS, 1), Terminal.Number(limit.FmaGflopS, 0));
        }

        Terminal.Write(machine);
    }

    /// <summary>Writes the table of a device's results.</summary>
    public static void WriteOnDevice(IReadOnlyList<OpResult> results, double copySpeed)
    {
        Table table = Terminal.Table("op", "dtype", "rows", "hidden", "by", "ours, µs", "of the limit");
        foreach (OpResult result in results)
        {
            table.Row(
                result.Op, result.DType, $"{result.Rows}", $"{result.Hidden}", result.Provider, Terminal.Number(result.OursUs, 2),
                result.LimitFraction > 0 ? $"{Terminal.Number(100 * result.LimitFraction, 0)} %" : "-");
        }

        Terminal.Write(table);
        Console.WriteLine($"The limit is copying within the device's memory: {Terminal.Number(copySpeed, 1)} GB/s, read and written.");
    }

    /// <summary>Writes <c>ops.json</c> and <c>machine.json</c>.</summary>
    public static void SaveOnDevice(string folder, IReadOnlyList<OpResult> results, DeviceMachine machine)
    {
        Directory.CreateDirectory(folder);
        Json.Save(results, Path.Combine(folder, "ops.json"));
        Json.Save(machine, Path.Combine(folder, "machine.json"));
    }

    /// <summary>Writes <c>ops.json</c>, <c>machine.json</c> and, when there are peers to draw it, <c>ops.png</c>.</summary>
    public static void Save(string folder, IReadOnlyList<OpResult> results, MachineDescription machine, IPeers? peers)
    {
        Directory.CreateDirectory(folder);
        Json.Save(results, Path.Combine(folder, "ops.json"));
        Json.Save(machine, Path.Combine(folder, "machine.json"));
        peers?.Plot(results, Path.Combine(folder, "ops.png"));
    }
}
