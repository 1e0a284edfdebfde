using System.Text.Json.Nodes;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Models.Decoding;
using PluginIr.Models.Qwen3;
using PluginIr.Models.Safetensors;
using Xunit;

namespace PluginIr.Hosting.Tests;

public sealed class SwapWhileGeneratingTests
{
    private const double Tolerance = 1e-4;

    private static readonly string s_model = Path.Combine(AppContext.BaseDirectory, "models", "qwen3-tiny");
    private static readonly JsonNode s_expected = JsonNode.Parse(File.ReadAllText(Path.Combine(s_model, "expected.json")))!;

    [Theory]
    [InlineData("native")]
    [InlineData("cpu_simd")]
    public async Task The_tokens_are_the_references_whoever_comes_first(string first)
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CpuSimd, "cpu");
        folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With("*", first));
        using Qwen3Model model = Qwen3Model.Load(folders.Runtime, s_model);
        Assert.Equal(Ints("greedy"), new GreedyDecoder(model).Decode(Ints("prompt"), Ints("greedy").Length));
    }

    [Fact]
    public async Task The_tokens_and_logits_are_the_references_when_a_swap_lands_between_any_two_of_them()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CpuSimd, "cpu");
        using Qwen3Model model = Qwen3Model.Load(folders.Runtime, s_model);
        int[] prompt = Ints("prompt"), greedy = Ints("greedy");
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(s_model, "logits.safetensors"));
        using Tensor expected = file.Get("logits");
        using KeyValueCache cache = model.CreateCache(prompt.Length + greedy.Length);
        float[] actualRow = new float[expected.Last], expectedRow = new float[expected.Last];

        int[] next = prompt;
        for (int step = 0; step <= greedy.Length; step++)
        {
            using (Tensor logits = model.Forward(next, cache))
                logits.ReadRow(0, actualRow);
            expected.ReadRow(step, expectedRow);
            Assert.All(actualRow.Zip(expectedRow), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Tolerance));
            if (step < greedy.Length)
            {
                Assert.Equal(greedy[step], Array.IndexOf(actualRow, actualRow.Max()));
                next = [greedy[step]];
            }

            // Another build of the same plugin: only its version differs, so the manifest, which is its identity, does.
            Builds.EditManifest(folders["cpu"], m => m["version"] = $"0.2.{step}");
            Assert.Equal($"0.2.{step}", (await folders.ScanAsync("cpu")).Version);
        }

        Assert.Equal(greedy.Length + 1, folders.Host.Swaps);
    }

    [Fact]
    public async Task A_compiled_models_tokens_are_the_references_when_a_swap_lands_between_any_two_of_them()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CpuSimd, "cpu");
        using Qwen3Model model = Qwen3Model.Load(folders.Runtime, s_model);
        int[] prompt = Ints("prompt"), greedy = Ints("greedy");
        CompiledQwen3 compiled = model.Compile(folders.Runtime, prompt.Length + greedy.Length);
        Assert.Contains(compiled.GreedyGraph.Report.Selections, s => s is { Op: "linear_argmax", Provider: "cpu_simd" });
        var tokens = new List<int>();
        foreach (int token in new GreedyDecoder(compiled).Decode(prompt, greedy.Length))
        {
            tokens.Add(token);
            Builds.EditManifest(folders["cpu"], m => m["version"] = $"0.2.{tokens.Count}");
            Assert.Equal($"0.2.{tokens.Count}", (await folders.ScanAsync("cpu")).Version);
        }

        Assert.Equal(greedy, tokens);
        Assert.Equal(greedy.Length, folders.Host.Swaps);

        // The compiled graph is alive and idle, and keeps none of the replaced builds in memory.
        await RunningHost.Until(() => folders.Host.Retired.Count == 0, TestContext.Current.CancellationToken);
        GC.KeepAlive(compiled);
    }

    [Fact]
    public async Task A_compiled_model_generates_the_references_tokens_while_another_thread_swaps()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CpuSimd, "cpu");
        using Qwen3Model model = Qwen3Model.Load(folders.Runtime, s_model);
        int[] prompt = Ints("prompt"), greedy = Ints("greedy");
        CompiledQwen3 compiled = model.Compile(folders.Runtime, prompt.Length + greedy.Length);
        using var stop = new CancellationTokenSource();
        Task<int> generating = Task.Run(() =>
        {
            int texts = 0;
            for (; texts == 0 || !stop.IsCancellationRequested; texts++)
                Assert.Equal(greedy, new GreedyDecoder(compiled).Decode(prompt, greedy.Length));
            return texts;
        });
        for (int i = 0; i < 5; i++)
        {
            Builds.EditManifest(folders["cpu"], m => m["version"] = $"0.3.{i}");
            Assert.Equal($"0.3.{i}", (await folders.ScanAsync("cpu")).Version);
        }

        await stop.CancelAsync();
        Assert.True(await generating > 0);
        Assert.Equal(5, folders.Host.Swaps);
    }

    private static int[] Ints(string name) => [.. s_expected[name]!.AsArray().Select(n => (int)n!)];
}
