using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
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
        (WeakReference generation, MethodImplAttributes? compiler, int compiled) = CompileInAGeneration();
        Assert.NotNull(compiler);
        Assert.Equal(1, compiled);
        Assert.True(IsCollected(generation), "The load context of a disposed generation is still alive.");
    }

    [Fact]
    public void The_next_generation_finds_the_kernel_stored_and_does_not_load_the_compiler()
    {
        CompileInAGeneration();
        (WeakReference generation, MethodImplAttributes? compiler, int compiled) = CompileInAGeneration();
        Assert.Null(compiler);
        Assert.Equal(0, compiled);
        Assert.True(IsCollected(generation), "The load context of a disposed generation is still alive.");
    }

    [Fact]
    public void In_a_generation_the_compiler_is_not_optimised_and_makes_the_same_of_a_kernel()
    {
        MethodImplAttributes? flags = CompileInAGeneration().Compiler;
        string stored = new PtxCache(_folder).Find(new GpuKernel(256, typeof(ZeroKernel)), PtxTarget.Sm80)!.Text;
        using var compiler = new PtxCompiler();
        Assert.Equal(PtxNames.Normalize(compiler.Compile(new GpuKernel(256, typeof(ZeroKernel)), PtxTarget.Sm80).Text), PtxNames.Normalize(stored));
        Assert.True(flags!.Value.HasFlag(MethodImplAttributes.NoOptimization));
    }

    [Fact]
    public void Methods_are_marked_not_to_be_optimised_and_nothing_else_is_changed()
    {
        byte[] before = File.ReadAllBytes(typeof(ILGPU.Context).Assembly.Location), after = [.. before];
        IlgpuAssembly.DisableOptimizations(after);
        using var portable = new PEReader(new MemoryStream(after));
        MetadataReader metadata = portable.GetMetadataReader();
        MethodDefinition[] methods = [.. metadata.MethodDefinitions.Select(metadata.GetMethodDefinition)];
        Assert.All(methods, m => Assert.Equal(m.RelativeVirtualAddress != 0, m.ImplAttributes.HasFlag(MethodImplAttributes.NoOptimization)));
        int marked = methods.Count(m => m.RelativeVirtualAddress != 0);
        Assert.Equal(marked, before.Zip(after).Count(pair => pair.First != pair.Second));
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.Second == (pair.First | (int)MethodImplAttributes.NoOptimization)));
    }

    // The compiler is the flags of one of its methods; null when it was not loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private (WeakReference Generation, MethodImplAttributes? Compiler, int Compiled) CompileInAGeneration()
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
        Assembly? ilgpu = context.Assemblies.SingleOrDefault(assembly => assembly.GetName().Name == "ILGPU");
        MethodImplAttributes? flags = ilgpu?.GetType(typeof(ILGPU.Context).FullName!)!.GetMethod(nameof(ILGPU.Context.Create), [])!.MethodImplementationFlags;
        context.Unload();
        return (new WeakReference(context), flags, compiled);
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
