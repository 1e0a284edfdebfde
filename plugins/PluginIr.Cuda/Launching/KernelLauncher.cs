using PluginIr.Cuda.Compiling;

namespace PluginIr.Cuda.Launching;

/// <summary>Launches kernels: on a GPU through the driver, or, in tests, on a simulation of one.</summary>
internal abstract class KernelLauncher
{
    /// <summary>What calls launch through. Tests put another in its place before they call kernels.</summary>
    public static KernelLauncher Current { get; set; } = new DriverLauncher();

    /// <summary>Begins to compile what no process has compiled, and returns at once: see <see cref="PtxSource.CompileAhead"/>.</summary>
    /// <param name="target">What for.</param>
    public virtual void CompileAhead(PtxTarget target)
    {
    }

    /// <summary>Queues a kernel on the context's stream. Returns before it has run.</summary>
    /// <typeparam name="TArguments">The kernel's one parameter, with <see cref="View"/> for <c>ArrayView&lt;byte&gt;</c>.</typeparam>
    /// <param name="context">Whose stream.</param>
    /// <param name="device">The device that the memory is on, by ordinal.</param>
    /// <param name="kernel">The kernel. The first launch on a device loads it, and compiles it if no process has.</param>
    /// <param name="shape">How many groups of how many threads; at least one of each.</param>
    /// <param name="arguments">The arguments; read before this returns.</param>
    /// <exception cref="NotSupportedException">The shape has more groups along y than a device takes.</exception>
    public abstract void Launch<TArguments>(KernelContext context, int device, GpuKernel kernel, LaunchShape shape, in TArguments arguments)
        where TArguments : unmanaged;

    /// <summary>Memory for what passes from one launch to the next.</summary>
    /// <param name="device">The device, by ordinal.</param>
    public abstract ScratchMemory Scratch(int device);

    /// <summary>Queues <c>output = x · weightᵀ</c> through a library for matrix products. False when there is none; a kernel does it then.</summary>
    public virtual bool TryMultiply(KernelContext context, Tensor x, Tensor weight, View output, int outer) => false;

    /// <summary>Gives back what was loaded. Nothing that was launched is still queued.</summary>
    public virtual void Dispose()
    {
    }
}
