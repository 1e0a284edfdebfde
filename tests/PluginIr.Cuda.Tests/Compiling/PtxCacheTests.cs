using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Gpu.Quantizing;
using PluginIr.Cuda.Launching;
using Xunit;

namespace PluginIr.Cuda.Tests.Compiling;

public sealed class PtxCacheTests : IDisposable
{
    private static readonly GpuKernel s_kernel = new(256, typeof(ZeroKernel));
    private static readonly PtxModule s_module = new("Kernel_Run", ".version 7.8\n.target sm_80\n");

    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly PtxCache _cache;

    public PtxCacheTests() => _cache = new PtxCache(_folder);

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_is_stored_is_found_by_another_cache_over_the_folder()
    {
        Assert.Null(_cache.Find(s_kernel, PtxTarget.Sm80));
        _cache.Store(s_kernel, PtxTarget.Sm80, s_module);
        Assert.Equal(s_module, new PtxCache(_folder).Find(s_kernel, PtxTarget.Sm80));
    }

    [Fact]
    public void Storing_leaves_one_file()
    {
        _cache.Store(s_kernel, PtxTarget.Sm80, s_module);
        _cache.Store(s_kernel, PtxTarget.Sm80, s_module);
        Assert.Equal([_cache.PathOf(s_kernel, PtxTarget.Sm80)], Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_could_not_be_stored_leaves_no_file_and_says_why()
    {
        // A folder where the file should be: the new file cannot take its place.
        string path = _cache.PathOf(s_kernel, PtxTarget.Sm80);
        Directory.CreateDirectory(path);
        Assert.NotEmpty(_cache.Store(s_kernel, PtxTarget.Sm80, s_module)!);
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
        Directory.Delete(path);
        Assert.Null(_cache.Store(s_kernel, PtxTarget.Sm80, s_module));
    }

    [Fact]
    public void Kernels_targets_group_sizes_and_room_for_groups_have_files_of_their_own()
    {
        string[] paths =
        [
            _cache.PathOf(s_kernel, PtxTarget.Sm80), _cache.PathOf(s_kernel, PtxTarget.Sm90),
            _cache.PathOf(new GpuKernel(128, typeof(ZeroKernel)), PtxTarget.Sm80),
            _cache.PathOf(new GpuKernel(128, typeof(ZeroKernel)) { MinGroups = 8 }, PtxTarget.Sm80),
            _cache.PathOf(KernelCatalog.All.First(), PtxTarget.Sm80),
        ];
        Assert.Equal(paths.Length, paths.Distinct().Count());
    }

    [Fact]
    public void What_is_not_stored_is_compiled_ahead_and_found_by_who_asks_for_it()
    {
        GpuKernel other = new(128, typeof(ZeroKernel));
        _cache.Store(s_kernel, PtxTarget.Sm80, s_module);
        using var source = new PtxSource(_cache);
        source.CompileAhead([s_kernel, other], PtxTarget.Sm80);
        Assert.Equal(1, source.CompiledCount);
        Assert.Equal(s_module, source.Get(s_kernel, PtxTarget.Sm80));
        Assert.Contains(".maxntid 128", source.Get(other, PtxTarget.Sm80).Text, StringComparison.Ordinal);
        Assert.Equal(1, source.CompiledCount);
    }

    [Fact]
    public void What_threads_ask_for_at_once_is_compiled_at_once_each_kernel_by_one_of_them_and_as_by_one_alone()
    {
        GpuKernel[] kernels = [.. KernelCatalog.All.Take(24)];
        using var source = new PtxSource(_cache);
        Parallel.ForEach(Enumerable.Range(0, 4 * kernels.Length), new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => source.Get(kernels[i / 4], PtxTarget.Sm90));
        Assert.Equal(kernels.Length, source.CompiledCount);
        using var alone = new PtxCompiler();
        Assert.All(kernels, kernel => Assert.Equal(PtxNames.Normalize(alone.Compile(kernel, PtxTarget.Sm90).Text), PtxNames.Normalize(source.Get(kernel, PtxTarget.Sm90).Text)));
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("empty")]
    public void A_damaged_file_is_not_there_and_is_compiled_and_written_again(string damage)
    {
        string path = _cache.PathOf(s_kernel, PtxTarget.Sm80);
        using (var source = new PtxSource(_cache))
            source.Get(s_kernel, PtxTarget.Sm80);
        byte[] contents = File.ReadAllBytes(path), damaged = [.. contents];
        damaged[^10] ^= 1;
        File.WriteAllBytes(path, damage switch { "flipped" => damaged, "cut" => contents[..^1], _ => [] });

        Assert.Null(_cache.Find(s_kernel, PtxTarget.Sm80));
        using var again = new PtxSource(_cache);
        again.Get(s_kernel, PtxTarget.Sm80);
        Assert.Equal(1, again.CompiledCount);
        Assert.NotNull(_cache.Find(s_kernel, PtxTarget.Sm80));
    }

    [Fact]
    public void A_kernel_is_compiled_by_the_first_source_that_needs_it_and_by_no_other()
    {
        using var first = new PtxSource(_cache);
        using var second = new PtxSource(_cache);
        PtxModule compiled = first.Get(s_kernel, PtxTarget.Sm90);
        Assert.Equal(compiled, second.Get(s_kernel, PtxTarget.Sm90));
        Assert.Equal((1, 0), (first.CompiledCount, second.CompiledCount));
    }

    [Fact]
    public void Where_nothing_can_be_written_kernels_are_compiled_all_the_same()
    {
        File.WriteAllText(_folder, "a file where the folder should be");
        using (var source = new PtxSource(_cache))
            Assert.NotEmpty(source.Get(s_kernel, PtxTarget.Sm80).Text);
        File.Delete(_folder);
    }
}
