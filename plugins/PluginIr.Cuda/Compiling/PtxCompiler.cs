using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Compiling;

/// <summary>Compiles kernels to PTX with ILGPU. Needs no GPU and no CUDA.</summary>
/// <remarks>
/// Made when something has to be compiled and not before: ILGPU takes half a second and more to start. Its own CUDA accelerator is not used, as that
/// would make a context of its own, which shares no memory with others. One thread at a time.
/// </remarks>
internal sealed partial class PtxCompiler : IDisposable
{
    // The oldest instruction set that has sm_90; what later ones have is not used, and a driver takes those that it knows and older ones. It decides
    // which driver is the oldest that can be used: see CudaPlatform.
    private static readonly CudaInstructionSet s_instructionSet = CudaInstructionSet.ISA_78;

    private readonly Context _context;
    private readonly Dictionary<PtxTarget, PTXBackend> _backends = [];

    /// <summary>Starts ILGPU.</summary>
    public PtxCompiler()
    {
        Context.Builder builder = Context.Create();
        builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive);
        PtxInstructions.Register(builder.GetIntrinsicManager());
        _context = builder.ToContext();
    }

    /// <summary>Compiles a kernel.</summary>
    /// <exception cref="InvalidOperationException">ILGPU cannot compile it; the inner exception says what is in the way.</exception>
    public PtxModule Compile(GpuKernel kernel, PtxTarget target)
    {
        if (!_backends.TryGetValue(target, out PTXBackend? backend))
        {
            var architecture = new CudaArchitecture(target.Major, target.Minor);
            backend = new PTXBackend(_context, new CudaCapabilityContext(architecture), architecture, s_instructionSet, null);
            _backends.Add(target, backend);
        }

        try
        {
            var compiled = (PTXCompiledKernel)backend.Compile(
                EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method()), new KernelSpecialization(kernel.MaxThreads, kernel.MinGroups == 0 ? null : kernel.MinGroups));

            // ILGPU names the oldest target that has what it uses itself; instructions of our own may need the one that was asked for.
            string text = Target().Replace(compiled.PTXAssembly, $".target {target}", 1);
            if (target.HasDependentLaunch)
                text = PtxDependence.Add(text);
            return new PtxModule(EntryPoint().Match(text).Groups[1].Value, text);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidOperationException(
                $"ILGPU {Context.Version} cannot compile {kernel} for {target}: {failure.Message} Kernels are static methods over views and " +
                "unmanaged values, without exceptions, allocations or calls of what is not compiled.", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PTXBackend backend in _backends.Values)
            backend.Dispose();
        _context.Dispose();
    }

    [GeneratedRegex(@"^\.target sm_\d+", RegexOptions.Multiline)]
    private static partial Regex Target();

    [GeneratedRegex(@"\.visible \.entry (\w+)\(")]
    private static partial Regex EntryPoint();
}
