using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Compiling;

/// <summary>Where launchers get PTX from: the cache, and compilers for what is not in it, as many as threads ask at once.</summary>
internal sealed class PtxSource(PtxCache cache) : IDisposable
{
    // More than a change or two leaves; where nothing is stored yet, most kernels are for calls that do not come.
    private const int MostAhead = 32;

    // What threads compile with and others may take meanwhile. These are PtxCompilers; named as such only where one is needed, because its name is enough to load ILGPU.
    private readonly ConcurrentBag<IDisposable> _idle = [];
    private int _compiledCount;
    private volatile string? _storeProblem;

    /// <summary>How many kernels had to be compiled.</summary>
    public int CompiledCount => Volatile.Read(ref _compiledCount);

    /// <summary>Why a kernel that was compiled could not be stored, the last one; null when all were.</summary>
    public string? StoreProblem => _storeProblem;

    /// <summary>A kernel's PTX.</summary>
    /// <exception cref="InvalidOperationException">It is not stored and cannot be compiled.</exception>
    public PtxModule Get(GpuKernel kernel, PtxTarget target)
    {
        if (cache.Find(kernel, target) is { } stored)
            return stored;

        // The kernel's own lock: who waits, waits for nothing else.
        lock (kernel)
        {
            if (cache.Find(kernel, target) is { } meanwhile)
                return meanwhile;
            PtxModule module = Compile(kernel, target);
            Interlocked.Increment(ref _compiledCount);
            if (cache.Store(kernel, target, module) is { } problem)
                _storeProblem = problem;
            return module;
        }
    }

    /// <summary>
    /// Compiles the first of some kernels that are not stored, and stores them. What a build has changed is compiled while the rest is proved, and not one
    /// after another when each is asked for: the compiler alone takes half a second and more to start.
    /// </summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="target">What for.</param>
    public void CompileAhead(IEnumerable<GpuKernel> kernels, PtxTarget target)
    {
        try
        {
            Parallel.ForEach(kernels.Where(k => !cache.Has(k, target)).Take(MostAhead), kernel => Get(kernel, target));
        }
        catch (AggregateException failures) when (failures.InnerExceptions.All(f => f is InvalidOperationException))
        {
            // Who asks for the kernel is told.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryTake(out IDisposable? compiler))
            compiler.Dispose();
    }

    private PtxModule Compile(GpuKernel kernel, PtxTarget target)
    {
        if (!_idle.TryTake(out IDisposable? compiler))
            compiler = Start();
        try
        {
            return Compile(compiler, kernel, target);
        }
        finally
        {
            _idle.Add(compiler);
        }
    }

    private static IDisposable Start()
    {
        IlgpuAssembly.Load();
        return Make();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static IDisposable Make() => new PtxCompiler();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PtxModule Compile(IDisposable compiler, GpuKernel kernel, PtxTarget target) => ((PtxCompiler)compiler).Compile(kernel, target);
}
