using System.CommandLine;
using Serilog.Events;

namespace PluginIr.Cli;

/// <summary>The options that every command takes.</summary>
internal sealed class SharedOptions
{
    private readonly Option<string[]> _plugins = new("--plugins")
    {
        Description = "A folder whose subfolders are plugins; may be repeated. In place of the configured ones.",
        Recursive = true,
    };

    private readonly Option<string[]> _priority = new("--priority")
    {
        Description = "Providers for an op, first choice first: rms_norm=cpu_simd,native; *=… for all ops; may be repeated. Over the configured ones.",
        Recursive = true,
    };

    private readonly Option<FileInfo?> _config = new("--config")
    {
        Description = "A settings file over appsettings.json.",
        Recursive = true,
    };

    private readonly Option<LogEventLevel?> _logLevel = new("--log-level")
    {
        Description = "The least level that is logged, but of sources that have one of their own in your settings. Warning, and for 'run' what the configuration says, when absent.",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON.", Recursive = true };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(_plugins);
        root.Options.Add(_priority);
        root.Options.Add(_config);
        root.Options.Add(_logLevel);
        root.Options.Add(_json);
    }

    public IReadOnlyList<string> Plugins(ParseResult command) => command.GetValue(_plugins) ?? [];

    public IReadOnlyList<string> Priority(ParseResult command) => command.GetValue(_priority) ?? [];

    public FileInfo? Config(ParseResult command) => command.GetValue(_config);

    public LogEventLevel? LogLevel(ParseResult command) => command.GetValue(_logLevel);

    public bool Json(ParseResult command) => command.GetValue(_json);
}
