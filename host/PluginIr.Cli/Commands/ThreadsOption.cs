using System.CommandLine;
using PluginIr.Hosting.Configuration;

namespace PluginIr.Cli.Commands;

/// <summary><c>--threads</c> of the commands that run a model: over what is configured.</summary>
internal static class ThreadsOption
{
    public static Option<int?> Create() => new("--threads") { Description = "How many threads a call may use; as configured when absent." };

    /// <summary>What the option changes in the host's options.</summary>
    /// <exception cref="InputException">It is less than 1.</exception>
    public static Func<PluginIrOptions, PluginIrOptions>? Change(ParseResult parsed, Option<int?> option)
    {
        if (parsed.GetValue(option) is not { } threads)
            return null;
        return threads >= 1 ? options => options with { Threads = threads } : throw new InputException($"{option.Name} must be at least 1; found {threads}.");
    }
}
