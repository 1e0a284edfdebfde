using System.Runtime.CompilerServices;
using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Tests.Simulation;

/// <summary>Notes what norms are launched with until it is disposed, and launches nothing unless it is told how.</summary>
internal sealed class NormLaunches : KernelLauncher, IDisposable
{
    private readonly KernelLauncher _before = Current;
    private readonly bool? _isLarge;

    /// <summary>Takes the launcher's place.</summary>
    /// <param name="isLarge">What norms are told instead of <see cref="NormArguments{TView}.IsLarge"/> when the launcher before launches them; null for it not to.</param>
    public NormLaunches(bool? isLarge = null)
    {
        _isLarge = isLarge;
        Current = this;
    }

    /// <summary><see cref="NormArguments{TView}.IsLarge"/> of each launch.</summary>
    public List<int> WereLarge { get; } = [];

    public override void Launch<TArguments>(KernelContext context, int device, GpuKernel kernel, LaunchShape shape, in TArguments arguments)
    {
        if (typeof(TArguments) != typeof(NormArguments<View>))
            throw new InvalidOperationException($"{kernel} is not a norm by chunks.");
        TArguments changed = arguments;
        ref NormArguments<View> norm = ref Unsafe.As<TArguments, NormArguments<View>>(ref changed);
        WereLarge.Add(norm.IsLarge);
        if (_isLarge is not { } isLarge)
            return;
        norm.IsLarge = isLarge ? 1 : 0;
        _before.Launch(context, device, kernel, shape, in changed);
    }

    public override ScratchMemory Scratch(int device) => _before.Scratch(device);

    public override void Dispose() => Current = _before;
}
