using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Gpu.Quantizing;
using PluginIr.Cuda.Launching;
using Xunit;

namespace PluginIr.Cuda.Tests.Compiling;

/// <summary>The staged plugin in a load context of its own, with its own ILGPU, as a host loads it.</summary>
public sealed class UnloadTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_generation_that_compiled_a_kernel_unloads()
    {
        (WeakReference generation, bool loadedIlgpu, int compiled) = CompileInAGeneration();
        Assert.True(loadedIlgpu);
        Assert.Equal(1, compiled);
        Assert.True(IsCollected(generation), "The load context of a disposed generation is still alive.");
    }

    [Fact]
    public void The_next_generation_finds_the_kernel_stored_and_does_not_load_the_compiler()
    {
        CompileInAGeneration();
        (WeakReference generation, bool loadedIlgpu, int compiled) = CompileInAGeneration();
        Assert.False(loadedIlgpu);
        Assert.Equal(0, compiled);
        Assert.True(IsCollected(generation), "The load context of a disposed generation is still alive.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (WeakReference Generation, bool LoadedIlgpu, int Compiled) CompileInAGeneration()
    {
        string path = Path.Combine(Repository.Root, "artifacts", "plugins", "PluginIr.Cuda", "PluginIr.Cuda.dll");
        var context = new PluginContext(path);
        Assembly plugin = context.LoadFromAssemblyPath(path);
        Type kernels = plugin.GetType(typeof(ZeroKernel).FullName!, throwOnError: true)!;
        object cache = Activator.CreateInstance(plugin.GetType(typeof(PtxCache).FullName!)!, _folder)!;
        var source = (IDisposable)Activator.CreateInstance(plugin.GetType(typeof(PtxSource).FullName!)!, cache)!;
        object kernel = Activator.CreateInstance(plugin.GetType(typeof(GpuKernel).FullName!)!, 256, kernels, Type.EmptyTypes)!;
        object target = Activator.CreateInstance(plugin.GetType(typeof(PtxTarget).FullName!)!, 8, 0)!;
        Assert.NotNull(source.GetType().GetMethod(nameof(PtxSource.Get))!.Invoke(source, [kernel, target]));
        var compiled = (int)source.GetType().GetProperty(nameof(PtxSource.CompiledCount))!.GetValue(source)!;
        source.Dispose();
        bool loadedIlgpu = context.Assemblies.Any(assembly => assembly.GetName().Name == "ILGPU");
        context.Unload();
        return (new WeakReference(context), loadedIlgpu, compiled);
    }

    private static bool IsCollected(WeakReference reference)
    {
        for (int i = 0; reference.IsAlive && i < 100; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return !reference.IsAlive;
    }

    private sealed class PluginContext(string path) : AssemblyLoadContext(isCollectible: true)
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName name) =>
            name.Name != "PluginIr.Contracts" && _resolver.ResolveAssemblyToPath(name) is { } found ? LoadFromAssemblyPath(found) : null;
    }
}
