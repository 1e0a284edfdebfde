using System.Reflection;
using System.Text.RegularExpressions;
using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Launching;
using Xunit;

namespace PluginIr.Cuda.Tests.Compiling;

/// <summary>What a kernel's name in the cache depends on is all that it is compiled from, and little else.</summary>
public sealed partial class KernelSourcesTests
{
    private static readonly string s_gpu = Path.Combine(Repository.Root, "plugins", "PluginIr.Cuda", "Gpu");

    public static TheoryData<string> Folders => [.. Directory.GetDirectories(s_gpu).Select(f => Path.GetFileName(f)), ""];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_nothing_of_the_folders_that_have_kernels_but_itself(string folder)
    {
        string[] others = [.. KernelSources.KernelFolders.Where(f => f != folder)];
        foreach (string file in Directory.GetFiles(Path.Combine(s_gpu, folder), "*.cs"))
        {
            // In comments names may be any.
            string code = Comment().Replace(File.ReadAllText(file), "");
            Assert.Empty(Word().Matches(code).Select(m => m.Groups[1].Value).Intersect(others));
        }
    }

    [Fact]
    public void Every_kernel_is_in_one_of_the_folders_and_every_folder_has_one() => Assert.Equal(
        KernelSources.KernelFolders.Order(), KernelCatalog.All.Select(kernel => kernel.Method().DeclaringType!.Namespace!.Split('.')[^1]).Distinct().Order());

    [Fact]
    public void The_build_has_made_a_hash_of_every_file()
    {
        string[] expected =
        [
            .. Directory.GetFiles(s_gpu, "*.cs", SearchOption.AllDirectories).Select(f => Path.ChangeExtension(Path.GetRelativePath(s_gpu, f), null).Replace('\\', '/')),
            "PtxCompiler", "PtxDependence", "PtxInstructions", "PtxTarget",
        ];
        AssemblyMetadataAttribute[] made =
            [.. typeof(KernelSources).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Where(a => a.Key.StartsWith("GpuSource:", StringComparison.Ordinal))];
        Assert.Equal(expected.Order(), made.Select(a => a.Key["GpuSource:".Length..].Replace('\\', '/')).Order());
        Assert.All(made, a => Assert.Equal(64, a.Value!.Length));
    }

    [Fact]
    public void Kernels_of_one_folder_have_one_hash_and_those_of_others_have_others()
    {
        Assert.Equal(KernelSources.KernelFolders.Count, KernelCatalog.All.Select(kernel => kernel.SourcesHash).Distinct().Count());
        Assert.All(KernelCatalog.All.GroupBy(kernel => kernel.Method().DeclaringType!.Namespace), folder => Assert.Single(folder.Select(k => k.SourcesHash).Distinct()));
    }

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    // A namespace below Gpu in a using or in a qualified name.
    [GeneratedRegex(@"(?:\bGpu\.|(?<![\w.]))([A-Z]\w+)(?=[.;])")]
    private static partial Regex Word();
}
