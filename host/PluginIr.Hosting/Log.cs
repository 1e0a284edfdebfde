using Microsoft.Extensions.Logging;

namespace PluginIr.Hosting;

/// <summary>Everything that this project logs. Event ids are stable: 2xx plugins, 3xx configuration.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Information, "{Generation} serves with {Kernels} kernels, {Milliseconds:0} ms after its manifest was read")]
    public static partial void Serving(ILogger logger, string generation, int kernels, double milliseconds);

    [LoggerMessage(201, LogLevel.Error, "Plugin {Plugin}: {Problem} Serving instead: {Serving}")]
    public static partial void Refused(ILogger logger, string plugin, string problem, string serving, Exception? cause);

    [LoggerMessage(202, LogLevel.Warning, "Plugin {Plugin} has been incomplete for {Seconds:0.#} s and is still waited for: {Problem}")]
    public static partial void StaysIncomplete(ILogger logger, string plugin, double seconds, string problem);

    [LoggerMessage(203, LogLevel.Information, "{Generation} was removed: {Reason}")]
    public static partial void Removed(ILogger logger, string generation, string reason);

    [LoggerMessage(204, LogLevel.Information, "{Generation} was drained, disposed and unloaded; nothing of it is in memory")]
    public static partial void Unloaded(ILogger logger, string generation);

    [LoggerMessage(205, LogLevel.Error, "{Generation} failed to dispose of its resources; it is unloaded all the same")]
    public static partial void DisposeFailed(ILogger logger, string generation, Exception failure);

    [LoggerMessage(206, LogLevel.Warning, "{File} lies beside the plugins and is not loaded; a plugin is a folder with a {Manifest} that lists its files")]
    public static partial void StrayAssembly(ILogger logger, string file, string manifest);

    [LoggerMessage(207, LogLevel.Warning, "The plugins' folder {Folder} does not exist; its plugins are loaded when it does")]
    public static partial void NoFolder(ILogger logger, string folder);

    [LoggerMessage(208, LogLevel.Error, "Looking at the plugins' folders failed; they are looked at again")]
    public static partial void ScanFailed(ILogger logger, Exception failure);

    [LoggerMessage(209, LogLevel.Warning, "{Folder} cannot be watched and is looked at every {Seconds:0.#} s instead: {Problem}")]
    public static partial void CannotWatch(ILogger logger, string folder, double seconds, string problem);

    [LoggerMessage(210, LogLevel.Debug, "The files of {Generation} stay until the process ends: {Problem}")]
    public static partial void FilesKept(ILogger logger, string generation, string problem);

    [LoggerMessage(211, LogLevel.Warning, "{Generation} was drained, disposed and released, and stays in memory: {Causes}")]
    public static partial void Leaked(ILogger logger, string generation, string causes);

    [LoggerMessage(212, LogLevel.Warning, "{Generation} is out of the registry and calls have been inside it for more than {Seconds:0.#} s; it is kept until they return: {Calls}")]
    public static partial void StaysInside(ILogger logger, string generation, double seconds, string calls);

    [LoggerMessage(213, LogLevel.Warning, "{Generation} is not in its folder any more, and its files could not be kept for a rollback: {Problem}")]
    public static partial void PreviousNotKept(ILogger logger, string generation, string problem);

    [LoggerMessage(214, LogLevel.Debug, "{Generation} was loaded and proved: its kernels do as native does")]
    public static partial void Proved(ILogger logger, string generation);

    [LoggerMessage(215, LogLevel.Debug, "No call is inside {Generation} any more")]
    public static partial void Drained(ILogger logger, string generation);

    [LoggerMessage(216, LogLevel.Warning, "{Generation} has not disposed of its resources within {Seconds:0.#} s; its thread is left behind, and it stays in memory until that ends")]
    public static partial void DisposeHangs(ILogger logger, string generation, double seconds);

    [LoggerMessage(217, LogLevel.Warning, "What serves cannot be shown to other processes: {Problem}")]
    public static partial void StatusNotWritten(ILogger logger, string problem);

    [LoggerMessage(218, LogLevel.Error, "Work that {Generation} had queued on a device failed; it is let go all the same: {Problem}")]
    public static partial void DeviceFailed(ILogger logger, string generation, string problem);

    [LoggerMessage(219, LogLevel.Error, "The host stops without waiting any longer for calls that are inside {Generation}, which is neither disposed nor unloaded, and whose files stay: {Calls}")]
    public static partial void LeftInside(ILogger logger, string generation, string calls);

    [LoggerMessage(220, LogLevel.Error, "Whether the work that {Generation} had queued on devices is done cannot be told; it is neither disposed nor unloaded")]
    public static partial void CannotDrain(ILogger logger, string generation, Exception failure);

    [LoggerMessage(221, LogLevel.Warning, "{Generation}: {Kernel} serves and was not compared with native: {Doubt}. Compare it on inputs that it takes, as 'pluginir verify' does, or have its predicate take more")]
    public static partial void NotProved(ILogger logger, string generation, string kernel, string doubt);

    [LoggerMessage(222, LogLevel.Error, "An observer of what happens to plugins threw and is told no more; subscribe it again once it does not")]
    public static partial void ObserverFailed(ILogger logger, Exception failure);

    [LoggerMessage(223, LogLevel.Information, "{Plugin}: its folder holds the build that serves again, {Generation}")]
    public static partial void ServesAgain(ILogger logger, string plugin, string generation);

    [LoggerMessage(300, LogLevel.Information, "The configuration has changed and is in force")]
    public static partial void ConfigurationChanged(ILogger logger);

    [LoggerMessage(301, LogLevel.Error, "The changed configuration was refused; the last good one stays in force. {Problem}")]
    public static partial void ConfigurationRefused(ILogger logger, string problem);

    [LoggerMessage(302, LogLevel.Warning, "PluginIr:PlatformDefaults names the provider '{Provider}', which no loaded plugin brings; it is passed over.{Hint}")]
    public static partial void UnknownPlatformProvider(ILogger logger, string provider, string hint);
}
