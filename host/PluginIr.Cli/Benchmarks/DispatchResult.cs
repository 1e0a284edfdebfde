namespace PluginIr.Cli.Benchmarks;

/// <summary>One case of <see cref="DispatchBenchmark"/>. Times are medians over rounds, in nanoseconds a call.</summary>
/// <param name="Kernel">Which kernel, dtype and shape.</param>
/// <param name="Providers">How many providers of the op were registered, native apart.</param>
/// <param name="Declining">How many of them come first and do not take the call.</param>
/// <param name="DirectNs">The kernel's method, called through its pointer.</param>
/// <param name="DispatchNs">The typed call that dispatches to it, into the same output.</param>
/// <param name="OverheadNs">The median over rounds of the difference between the two.</param>
/// <param name="AllocatedBytesPerCall">Managed bytes that the dispatched call allocates.</param>
internal sealed record DispatchResult(
    string Kernel, int Providers, int Declining, double DirectNs, double DispatchNs, double OverheadNs, double AllocatedBytesPerCall)
{
    /// <summary>Dispatched over direct.</summary>
    public double Ratio => DispatchNs / DirectNs;
}
