using System.Globalization;

namespace PluginIr.Hosting.Configuration;

/// <summary>What the values of options must lie within, wherever they come from: files, the environment or the application's code.</summary>
internal static class PluginIrOptionsRanges
{
    // Timers take no more than int.MaxValue milliseconds; these are the whole seconds of it.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(int.MaxValue / 1000);
    private static readonly TimeSpan s_shortestLimit = TimeSpan.FromMilliseconds(1);

    /// <summary>Each value that is out of its range, as a message; none when all are within.</summary>
    public static IEnumerable<string> Problems(PluginIrOptions options) =>
        new[]
        {
            Time(nameof(options.SettleTime), options.SettleTime, TimeSpan.Zero),
            Time(nameof(options.ProofTime), options.ProofTime, TimeSpan.Zero),
            Time(nameof(options.LoadTimeout), options.LoadTimeout, s_shortestLimit),
            Time(nameof(options.DrainDeadline), options.DrainDeadline, TimeSpan.Zero),
            Time(nameof(options.DisposeTimeout), options.DisposeTimeout, s_shortestLimit),
            Count(nameof(options.MaxFaults), options.MaxFaults),
            Count(nameof(options.Threads), options.Threads),
        }.OfType<string>();

    /// <summary>Refuses options with a value that is out of its range.</summary>
    /// <exception cref="PluginIrOptionsException">Names each of them.</exception>
    public static void Require(PluginIrOptions options)
    {
        string[] problems = [.. Problems(options)];
        if (problems.Length > 0)
            throw new PluginIrOptionsException(problems);
    }

    private static string? Time(string key, TimeSpan found, TimeSpan least) => found >= least && found <= s_longest
        ? null
        : string.Create(
            CultureInfo.InvariantCulture, $"{PluginIrOptions.Section}:{key} must be a time from {least:c} to {s_longest:c} (days.hours:minutes:seconds); found '{found:c}'.");

    private static string? Count(string key, int found) => found >= 1
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{PluginIrOptions.Section}:{key} must be a number from 1; found '{found}'.");
}
