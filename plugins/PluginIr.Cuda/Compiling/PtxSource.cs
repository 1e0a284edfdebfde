using System.Runtime.CompilerServices;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Compiling;

/// <summary>Where launchers get PTX from: the cache, and the compiler for what is not in it.</summary>
internal sealed class PtxSource(PtxCache cache) : IDisposable
{
    // More than a change or two leaves; where nothing is stored yet, most kernels are for calls that do not come.
    private const int MostAhead = 32;

    private readonly Lock _lock = new();
    private IDisposable? _compiler; // A PtxCompiler; named as such only where one is needed, because its name is enough to load ILGPU.

    /// <summary>How many kernels had to be compiled.</summary>
    public int CompiledCount { get; private set; }

    /// <summary>Why a kernel that was compiled could not be stored, the last one; null when all were.</summary>
    public string? StoreProblem { get; private set; }

    /// <summary>A kernel's PTX.</summary>
    /// <exception cref="InvalidOperationException">It is not stored and cannot be compiled.</exception>
    public PtxModule Get(GpuKernel kernel, PtxTarget target)
    {
        if (cache.Find(kernel, target) is { } stored)
            return stored;
        lock (_lock)
        {
            if (cache.Find(kernel, target) is { } meanwhile)
                return meanwhile;
            PtxModule module = Compile(kernel, target);
            CompiledCount++;
            StoreProblem = cache.Store(kernel, target, module) ?? StoreProblem;
            return module;
        }
    }

    /// <summary>
    /// Compiles the first of some kernels that are not stored, and stores them. What a build has changed is compiled while the rest is proved, and not one
    /// after another when each is asked for: the compiler alone takes up to a second to start.
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="target">What for.</param>
    public void CompileAhead(IEnumerable<GpuKernel> kernels, PtxTarget target)
    {
        try
        {
            foreach (GpuKernel kernel in kernels.Where(k => !cache.Has(k, target)).Take(MostAhead))
                Get(kernel, target);
        }
        catch (InvalidOperationException)
        {
            // Who asks for the kernel is told.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _compiler?.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PtxModule Compile(GpuKernel kernel, PtxTarget target)
    {
        _compiler ??= new PtxCompiler();
        return ((PtxCompiler)_compiler).Compile(kernel, target);
    }
}
