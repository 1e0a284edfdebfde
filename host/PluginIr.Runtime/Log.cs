using Microsoft.Extensions.Logging;

namespace PluginIr.Runtime;

/// <summary>Everything that this project logs. Event ids are stable: 1xx registry and dispatch.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Debug, "{Op} is served by {Provider}: {Inputs}")]
    public static partial void Selected(ILogger logger, string op, string provider, string inputs);

    [LoggerMessage(101, LogLevel.Debug, "{Op} is not served by {Provider}: {Reason} ({Inputs})")]
    public static partial void Rejected(ILogger logger, string op, string provider, string reason, string inputs);

    [LoggerMessage(102, LogLevel.Warning, "{Op} fell back to {Provider}, because no provider configured for it ({Configured}) takes the call {Inputs}. Said once for each op.")]
    public static partial void FellBack(ILogger logger, string op, string provider, string configured, string inputs);

    [LoggerMessage(103, LogLevel.Warning, "{Problem} Said once.")]
    public static partial void CannotHonour(ILogger logger, string problem);

    [LoggerMessage(104, LogLevel.Information, "Kernel not in use: {Problem}")]
    public static partial void Unbound(ILogger logger, string problem);

    [LoggerMessage(105, LogLevel.Information, "Published registry version {Version}: {Ops} ops, {Kernels} kernels, {Providers} providers")]
    public static partial void Published(ILogger logger, long version, int ops, int kernels, int providers);

    [LoggerMessage(106, LogLevel.Warning, "{Op} by {Provider} of {Generation} threw, for the {Count}. time: {Type}: {Message}")]
    public static partial void Faulted(ILogger logger, string op, string provider, string generation, int count, string type, string message);

    [LoggerMessage(107, LogLevel.Error, "{Op} by {Provider} of {Plugin}, generation {Generation}, threw {Count} times and is set aside for the next in priority, until the plugin's next build")]
    public static partial void SetAside(ILogger logger, string op, string provider, string plugin, int generation, int count);
}
