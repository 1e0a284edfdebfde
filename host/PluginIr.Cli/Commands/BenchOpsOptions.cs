using System.CommandLine;
using PluginIr.Cli.Benchmarks.Ops;
using PluginIr.Runtime;

namespace PluginIr.Cli.Commands;

/// <summary>The options of <c>bench ops</c>.</summary>
internal sealed class BenchOpsOptions
{
    private static readonly int[] s_threads = [1, 2];

    private readonly Option<string[]> _ops = Several<string>("--op", "An op; all that are measured when absent.");
    private readonly Option<string[]> _dtypes = Several<string>("--dtype", "The activations' dtype: f32, bf16 or f16.");
    private readonly Option<long[]> _rows = Several<long>("--rows", "Rows of the activation; for attention, keys.");
    private readonly Option<long[]> _hiddens = Several<long>("--hidden", "Elements of a row.");
    private readonly Option<int[]> _threads = Several<int>("--threads", "How many threads a call may use; 1 and 2 when absent.");
    private readonly Option<bool> _cold = new("--cold")
    {
        Description = "Only with data that no cache holds: copies of all tensors in turn, 256 MiB in all. linear of a row and attention are measured both ways when absent.",
    };
    private readonly Option<string> _device = DeviceOption.Create();
    private readonly Option<bool> _quick = new("--quick") { Description = "Measure for a moment only, and few cases unless --op names ops; figures are rough." };
    private readonly Option<DirectoryInfo?> _peers = new("--peers") { Description = "The folder of PluginIr.Benchmarks.dll, which brings the peers; scripts/pluginir and scripts/bench give it." };
    private readonly Option<DirectoryInfo?> _baseline = new("--baseline")
    {
        Description = "A folder of plugins, as for --plugins, to compare with in place of peers: builds of before a change, say.",
    };
    private readonly Option<FileInfo?> _plot = new("--plot") { Description = "A PNG file to draw the results into." };
    private readonly Option<DirectoryInfo?> _out = new("--out") { Description = "A folder for ops.json, ops.png and machine.json." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_ops, _dtypes, _rows, _hiddens, _cold, _threads, _quick, _baseline, _peers, _plot, _out, _device])
            command.Options.Add(option);
    }

    public IReadOnlyList<OpCase> Cases(ParseResult parsed)
    {
        string[] ops = Values(parsed, _ops);
        DType[] dtypes = [.. Values(parsed, _dtypes).Select(DTypeOption.OfComputation)];
        return OpCases.Choose(
            IsQuick(parsed) && ops.Length == 0 ? OpCases.Quick : OpCases.All, ops, dtypes, AtLeastOne(parsed, _rows), AtLeastOne(parsed, _hiddens),
            parsed.GetValue(_cold));
    }

    public IReadOnlyList<int> Threads(ParseResult parsed)
    {
        int[] threads = Values(parsed, _threads);
        if (threads.Any(t => t < 1))
            throw new InputException($"--threads must be at least 1; found {threads.Min()}.");
        return threads.Length > 0 ? threads : s_threads;
    }

    /// <summary>The device, which can be used here.</summary>
    public Device Device(ParseResult parsed, IrRuntime ir) => DeviceOption.Of(parsed, _device, ir);

    public bool IsQuick(ParseResult parsed) => parsed.GetValue(_quick);

    /// <summary>What brings the peers; null for none. Refuses options that do not go with what is there to compare with.</summary>
    public IPeers? LoadPeers(ParseResult parsed)
    {
        DirectoryInfo? folder = parsed.GetValue(_peers);
        if (Baseline(parsed) is not null && folder is not null)
            throw new InputException("--baseline compares with those plugins alone, --peers with libraries; give one of them.");
        if (folder is null && Plot(parsed) is not null)
            throw new InputException("--plot needs --peers: what draws is there. scripts/pluginir and scripts/bench give it.");
        return folder is null ? null : PeerAssembly.Load(folder.FullName);
    }

    /// <summary>Refuses what there is to compare with on the CPU alone.</summary>
    public void RequireNothingOfCpu(ParseResult parsed)
    {
        if (Plot(parsed) is not null)
            throw new InputException("--plot compares with peers, and there are none on a device.");
        if (Baseline(parsed) is not null)
            throw new InputException("--baseline compares builds on the CPU; on a device only one plugin can bring its runtime.");
    }

    /// <summary>The folder of the plugins to compare with; null for none.</summary>
    public string? Baseline(ParseResult parsed)
    {
        if (parsed.GetValue(_baseline) is not { } folder)
            return null;
        Application.RequireFolderOfPlugins(_baseline.Name, folder.FullName);
        return folder.FullName;
    }

    public FileInfo? Plot(ParseResult parsed) => parsed.GetValue(_plot);

    public DirectoryInfo? Out(ParseResult parsed) => parsed.GetValue(_out);

    /// <summary>The command line without where things lie on this machine, nor where results go.</summary>
    public string Describe(ParseResult parsed)
    {
        List<string> words = [.. parsed.Tokens.Select(t => Path.IsPathRooted(t.Value) ? "…" : t.Value)];
        foreach (Option option in (Option[])[_peers, _plot, _out])
        {
            int at = words.IndexOf(option.Name);
            if (at >= 0)
                words.RemoveRange(at, 2);
        }

        return $"pluginir {string.Join(' ', words)}";
    }

    private static long[] AtLeastOne(ParseResult parsed, Option<long[]> option)
    {
        long[] values = Values(parsed, option);
        return values.All(v => v > 0) ? values : throw new InputException($"{option.Name} must be at least 1; found {values.Min()}.");
    }

    private static T[] Values<T>(ParseResult parsed, Option<T[]> option) => parsed.GetValue(option) ?? [];

    private static Option<T[]> Several<T>(string name, string description) =>
        new(name) { Description = $"{description} May be several.", AllowMultipleArgumentsPerToken = true };
}
