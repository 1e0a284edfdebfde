namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>The device that results are of.</summary>
/// <param name="Device">Its kind and number.</param>
/// <param name="Name">What its vendor calls it.</param>
/// <param name="CopyGbS">How fast it copies within its memory, in 10⁹ bytes a second, those read and those written counted.</param>
/// <param name="Command">The command line.</param>
internal sealed record DeviceMachine(string Device, string Name, double CopyGbS, string Command);
