using PluginIr.CpuSimd.Tests.Levels;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>What <see cref="CompilationTests"/> says of this machine's vectors, said of narrower ones: each in a process of its own.</summary>
public sealed class NarrowerVectorsTests
{
    [Theory]
    [InlineData(Level.Avx2)]
    [InlineData(Level.Vector128)]
    public async Task A_swap_compiles_all_that_calls_need_with_narrower_vectors_too(Level level)
    {
        Assert.SkipUnless(level < LevelExtensions.Current, $"{level} is not below this process's level, {LevelExtensions.Current}.");
        await OwnProcess.PassesAsync(level, expected: 2, typeof(CompilationTests));
    }
}
