using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Tests.Simulation;

/// <summary>Has the plugin's kernels run on a simulation for as long as the tests of a class.</summary>
public sealed class SimulatedGpu : IDisposable
{
    private readonly KernelLauncher _before = KernelLauncher.Current;

    public SimulatedGpu() => KernelLauncher.Current = new SimulatedLauncher();

    public void Dispose()
    {
        KernelLauncher.Current.Dispose();
        KernelLauncher.Current = _before;
    }
}
