using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>Who waits for the compiler: the swap, never a caller. Alone in the process: it sees what is compiled for other tests' plugins too.</summary>
[Collection(RunsAlone.Name)]
public sealed class CompilationTests
{
    private const string Plugin = "PluginIr.CpuSimd.";

    // Types whose methods are operations on vectors: one instruction, or a few.
    private static readonly string[] s_vectorTypes =
    [
        "Lanes.Lanes128", "Lanes.Lanes256", "Lanes.Lanes512", "Lanes.UpperHalves`1", "Elements.Float32Element", "Elements.BFloat16Element",
        "Elements.Float16Element", "Elements.BoundedFloat16`1", "Functions.Exponential`1",
    ];

    [Fact]
    public async Task After_a_switch_no_call_meets_code_that_is_not_compiled_or_not_at_full_optimisation()
    {
        await using var folders = new PluginFolders();
        using var compilations = new Compilations();
        (string Method, uint Tier)[] swapping = await SwapAsync(folders, compilations);
        Assert.All(swapping, c => Assert.Equal(Compilations.Optimized, c.Tier));

        compilations.Seen.Clear();
        foreach (DType dtype in (DType[])[DType.Float32, DType.BFloat16, DType.Float16])
            Call(folders, dtype);
        IEnumerable<string> late = (await UpToNowAsync(compilations)).Select(c => c.Method).Where(m => m.StartsWith(Plugin, StringComparison.Ordinal));
        Assert.True(!late.Any(), string.Join(Environment.NewLine, late));
    }

    // The JIT gives up putting methods in line where a loop has too many; each operation on vectors would be a call, and take ten times as long.
    [Fact]
    public async Task Every_operation_on_vectors_is_put_in_line()
    {
        string plugin = Path.Combine(Builds.CpuSimd, Plugin + "dll");
        Assert.All(s_vectorTypes, type => Assert.Contains(Plugin + type, TypesOf(plugin)));

        await using var folders = new PluginFolders();
        using var compilations = new Compilations();
        IEnumerable<string> called = (await SwapAsync(folders, compilations)).Select(c => c.Method).Where(IsVectorOperation);
        Assert.True(!called.Any(), string.Join(Environment.NewLine, called));
    }

    // What is compiled of the plugin while another version of it takes over.
    private static async Task<(string Method, uint Tier)[]> SwapAsync(PluginFolders folders, Compilations compilations)
    {
        await folders.InstallAsync(Builds.CpuSimd, "plugin");
        compilations.Seen.Clear();
        Builds.EditManifest(folders["plugin"], m => m["version"] = "9.9.9");
        Assert.Equal("9.9.9", (await folders.ScanAsync("plugin")).Version);
        (string Method, uint Tier)[] ofPlugin =
            [.. (await UpToNowAsync(compilations)).Where(c => c.Method.StartsWith(Plugin, StringComparison.Ordinal))];
        Assert.NotEmpty(ofPlugin);
        return ofPlugin;
    }

    private static bool IsVectorOperation(string method) =>
        s_vectorTypes.Any(t => method.StartsWith(Plugin + t, StringComparison.Ordinal)) && !method.EndsWith("..cctor", StringComparison.Ordinal);

    private static HashSet<string> TypesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Select(t => $"{metadata.GetString(t.Namespace)}.{metadata.GetString(t.Name)}")];
    }

    private static void Call(PluginFolders folders, DType dtype)
    {
        IrRuntime ir = folders.Runtime;

        // Rows alone and many, tails and none, work for one thread and for several, outputs that go past the caches.
        foreach ((long rows, long hidden) in (ReadOnlySpan<(long, long)>)[(1, 64), (7, 1000), (16, 1024), (1100, 2048)])
        {
            using Tensor x = Tensor.Zeros(dtype, rows, hidden), residual = Tensor.Zeros(dtype, rows, hidden), weight = Tensor.Zeros(dtype, hidden);
            using Tensor normed = ir.RmsNorm(x, weight, 1e-6f), gated = ir.SiluAndMul(x), gelu = ir.GeluNew(x), added = ir.Add(x, residual);
            (Tensor fused, Tensor sum) = ir.FusedAddRmsNorm(x, residual, weight, 1e-6f);
            (Tensor quantized, Tensor scale) = ir.DynamicQuantFp8(x, perToken: true, DType.Float8E4M3FN);
            foreach (Tensor made in (Tensor[])[fused, sum, quantized, scale])
                made.Dispose();
        }

        foreach (long headSize in (ReadOnlySpan<long>)[64, 80, 128])
        {
            using Tensor positions = Tensor.Zeros(DType.Int64, 3), angles = Tensor.Zeros(dtype, 8, headSize);
            using Tensor heads = Tensor.Zeros(dtype, 3, 2, headSize);
            (Tensor query, Tensor key) = ir.RotaryEmbedding(positions, heads, heads, (int)headSize, (int)headSize, angles, isNeoxStyle: true);
            query.Dispose();
            key.Dispose();
        }

        foreach (long rows in (ReadOnlySpan<long>)[1, 2, 3, 4, 10, 16, 33, 35])
        {
            using Tensor x = Tensor.Zeros(dtype, rows, 1024), weight = Tensor.Zeros(dtype, 512, 1024), product = ir.Linear(x, weight);
        }

        foreach ((long queries, long seen) in (ReadOnlySpan<(long, long)>)[(1, 200), (5, 200), (64, 200), (1, 2000), (64, 2000)])
        {
            using Tensor query = Tensor.Zeros(dtype, queries, 4, 64), keys = Tensor.Zeros(dtype, seen, 2, 64), mixed = ir.Attention(query, keys, keys, 0.1f);
        }
    }

    // The runtime hands its events over some time after they happen, in order. A method that is compiled now comes after all of them.
    private static async Task<(string Method, uint Tier)[]> UpToNowAsync(Compilations compilations)
    {
        string name = "marker" + Guid.NewGuid().ToString("N");
        var marker = new DynamicMethod(name, null, null);
        marker.GetILGenerator().Emit(OpCodes.Ret);
        marker.CreateDelegate<Action>()();
        await RunningHost.Until(() => compilations.Seen.Any(c => c.Method.EndsWith(name, StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        return [.. compilations.Seen.TakeWhile(c => !c.Method.EndsWith(name, StringComparison.Ordinal))];
    }
}
