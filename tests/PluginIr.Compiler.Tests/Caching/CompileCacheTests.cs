using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using Xunit;

namespace PluginIr.Compiler.Tests.Caching;

public sealed class CompileCacheTests : IDisposable
{
    private const string Text = "graph @g(%x: f32[T,8], %r: f32[T,8]) where T in 1..4 {\n  %a = add(%x, %r)\n  %n = rms_norm(%a, epsilon=1e-05)\n  return %n, %a\n}";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pluginir-cache-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_graph_that_was_compiled_before_comes_from_the_cache_and_makes_the_same()
    {
        CompiledGraph first = Compile(TestRuntime.With("may")), second = Compile(TestRuntime.With("may"));
        Assert.Equal((false, true), (first.Report.IsFromCache, second.Report.IsFromCache));
        Assert.Equal(first.Lowered.ToString(), second.Lowered.ToString());
        Assert.Equal(first.Report.Selections.Select(s => $"{s.Node} {s.Provider} {string.Join(",", s.Candidates)}"), second.Report.Selections.Select(s => $"{s.Node} {s.Provider} {string.Join(",", s.Candidates)}"));
        Assert.Equal(first.Report.Fused, second.Report.Fused);
        Assert.Equal(1, second.Report.Fused["add_rms_norm"]);
        Assert.Equal(Run(first), Run(second));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_the_result_depends_on_makes_another_entry()
    {
        Compile(TestRuntime.With("may"));
        Assert.False(Compile(TestRuntime.With("may"), Text.Replace("1e-05", "1e-06")).Report.IsFromCache); // the graph
        Assert.False(Compile(TestRuntime.With("may"), options: o => o with { Fusions = new Dictionary<string, Compiler.Fusions.FusionMode> { ["add_rms_norm"] = Compiler.Fusions.FusionMode.Never } }).Report.IsFromCache);
        Assert.False(Compile(TestRuntime.With("only")).Report.IsFromCache); // the kernels

        IrRuntime rebuilt = TestRuntime.With("may");
        rebuilt.Replace("tests", TestRuntime.GenerationOf(2, "may")); // the content of one
        Assert.False(Compile(rebuilt).Report.IsFromCache);

        IrRuntime reordered = TestRuntime.With("may");
        reordered.SetPriority(PriorityTable.Default); // their order
        Assert.False(Compile(reordered).Report.IsFromCache);
        Assert.Equal(6, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_replaced_build_is_compiled_for_anew_and_found_again_when_it_comes_back()
    {
        IrRuntime runtime = TestRuntime.With("may");
        CompiledGraph compiled = Compile(runtime);
        runtime.Replace("tests", TestRuntime.GenerationOf(2, "may"));
        Assert.False(compiled.Report.IsFromCache);
        runtime.Replace("tests", TestRuntime.GenerationOf(1, "may"));
        Assert.True(compiled.Report.IsFromCache);
    }

    [Fact]
    public void What_falls_back_is_said_as_well_when_the_graph_comes_from_the_cache()
    {
        for (int i = 0; i < 2; i++)
        {
            var log = new LogCapture();
            var runtime = new IrRuntime(log);
            runtime.Replace("tests", TestRuntime.GenerationOf(1, "few"));
            runtime.SetPriority(PriorityTable.Default.With("rms_norm", "few"));
            CompiledGraph compiled = Compile(runtime, "graph @g(%x: f32[T,8]) where T in 33..64 {\n  %y = rms_norm(%x, epsilon=1)\n  return %y\n}");
            Assert.Equal(i == 1, compiled.Report.IsFromCache);
            Assert.Single(log.Messages, m => m.StartsWith("rms_norm fell back to native", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_corrupt_entry_is_a_miss_and_is_replaced()
    {
        Compile(TestRuntime.With("may"));
        string file = Assert.Single(Directory.GetFiles(_folder));
        byte[] good = File.ReadAllBytes(file);
        byte[][] bad =
        [
            [], good[..10], good[..32], good[..^1], [.. good, 0], [.. good[..40], (byte)(good[40] ^ 1), .. good[41..]], [(byte)(good[0] ^ 1), .. good[1..]],
            [.. System.Security.Cryptography.SHA256.HashData("{}"u8), .. "{}"u8],
            [.. System.Security.Cryptography.SHA256.HashData("no graph"u8), .. "no graph"u8],
        ];
        foreach (byte[] content in bad)
        {
            File.WriteAllBytes(file, content);
            Assert.False(Compile(TestRuntime.With("may")).Report.IsFromCache);
            Assert.Equal(good, File.ReadAllBytes(file));
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_costs_nothing_but_a_note()
    {
        File.WriteAllText(_folder, "a file where the folder should be");
        try
        {
            CompileReport report = Compile(TestRuntime.With("may")).Report;
            Assert.Contains(report.Notes, n => n.StartsWith("The compiled graph could not be kept in", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(_folder);
        }
    }

    private CompiledGraph Compile(IrRuntime runtime, string text = Text, Func<CompileOptions, CompileOptions>? options = null)
    {
        var asked = new CompileOptions { CacheFolder = _folder };
        return GraphCompiler.Compile(runtime, GraphParser.Parse(runtime, text), options is null ? asked : options(asked));
    }

    private static float[] Run(CompiledGraph compiled)
    {
        using GraphSession session = compiled.CreateSession();
        Tensor[] inputs = RandomGraph.Inputs(compiled.Functional, 3, 1);
        for (int i = 0; i < inputs.Length; i++)
            session.Bind(i, inputs[i]);
        session.Run();
        return session.Output(0).ToSingles();
    }
}
