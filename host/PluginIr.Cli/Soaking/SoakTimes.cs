namespace PluginIr.Cli.Soaking;

/// <summary>A sample of times, in ms.</summary>
internal sealed record SoakTimes(double Median, double P95);
