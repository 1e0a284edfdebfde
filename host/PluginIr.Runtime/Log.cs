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

    [LoggerMessage(114, LogLevel.Error, "{Op} by {Provider} of {Plugin}, generation {Generation}, does not do with {Other} as the op's definition does, and is set aside for the next in priority, until the next build of either: {Problem}")]
    public static partial void Unfit(ILogger logger, string op, string provider, string plugin, int generation, string other, string problem);

    [LoggerMessage(115, LogLevel.Information, "{Op} by {Provider} of {Plugin}, generation {Generation}, does with {Other} as the op's definition does, and is offered calls again")]
    public static partial void Restored(ILogger logger, string op, string provider, string plugin, int generation, string other);

    [LoggerMessage(108, LogLevel.Error, "What follows the registry could not prepare for its next version; it prepares when it is used")]
    public static partial void FollowerFailed(ILogger logger, Exception failure);

    [LoggerMessage(109, LogLevel.Warning, "{Device} has no room for {Spec}; what nobody refers to any more is collected, and it is tried again: {Problem}")]
    public static partial void DeviceFull(ILogger logger, string device, string spec, string problem);

    [LoggerMessage(110, LogLevel.Warning, "{Bytes} bytes on {Device} were freed while no device runtime serves it; {Total} bytes wait for one")]
    public static partial void BufferWaits(ILogger logger, long bytes, string device, long total);

    [LoggerMessage(111, LogLevel.Error, "{Bytes} bytes on {Device} could not be freed")]
    public static partial void FreeFailed(ILogger logger, long bytes, string device, Exception failure);

    [LoggerMessage(112, LogLevel.Warning, "A compiled graph on {Device} could not be captured, and launches kernel by kernel: {Reason} Said once for each reason.")]
    public static partial void NotCaptured(ILogger logger, string device, string reason);

    [LoggerMessage(113, LogLevel.Error, "A captured graph on {Device} could not be destroyed: {Problem}")]
    public static partial void DestroyFailed(ILogger logger, string device, string problem);

    [LoggerMessage(116, LogLevel.Warning, "Compiled graphs cannot be kept in {Folder}, so that each process compiles them anew: {Problem} Set PluginIr:CompileCache to a folder that can be written to. Said once for each folder.")]
    public static partial void NotKept(ILogger logger, string folder, string problem);
}
