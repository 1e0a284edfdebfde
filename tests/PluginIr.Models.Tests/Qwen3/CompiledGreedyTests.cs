using PluginIr.Compiler;
using PluginIr.Compiler.Fusions;
using PluginIr.Compiler.Graphs;
using PluginIr.Models.Decoding;
using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Models.Tests.Qwen3;

/// <summary>Compiled models that end with the next tokens instead of the logits.</summary>
public sealed class CompiledGreedyTests : IDisposable
{
    private static readonly IrRuntime s_runtime = new();

    private static readonly CompileOptions s_fused = new() { Fusions = new Dictionary<string, FusionMode> { ["linear_argmax"] = FusionMode.Always } };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DType.Float32, false)]
    [InlineData(DType.Float32, true)]
    [InlineData(DType.BFloat16, false)]
    [InlineData(DType.BFloat16, true)]
    [InlineData(DType.Float16, true)]
    public void A_sequences_next_token_is_that_of_its_greatest_logit(DType dtype, bool isFused)
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder, dtype);
        using CompiledSequence sequence = model.Compile(s_runtime, 64, options: isFused ? s_fused : null).StartSequence();
        using KeyValueCache eager = model.CreateCache();
        int[] tokens = TinyModel.Prompt;
        for (int step = 0; step < 6; step++)
        {
            using Tensor expected = model.Forward(tokens, eager);
            float[] logits = expected.ToSingles();
            int next = sequence.ChooseNext(tokens, out float logit);
            Assert.Equal((Array.IndexOf(logits, logits.Max()), logits.Max(), eager.Length), (next, logit, sequence.Length));
            tokens = [next];
        }
    }

    [Fact]
    public void Every_sequence_of_a_batch_has_its_own_next_token_and_logits_may_be_asked_for_between()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        CompiledQwen3 compiled = model.Compile(s_runtime, 64, sequences: 3, s_fused);
        using CompiledBatch greedy = compiled.StartBatch(), logits = compiled.StartBatch();
        int[] tokens = new int[3];
        for (int b = 0; b < tokens.Length; b++)
        {
            int[] prompt = TinyModel.Prompt[..(3 + (4 * b))];
            NextTokens next = greedy.ChooseNext(b, prompt);
            AssertGreatest(logits.Forward(b, prompt), next);
            tokens[b] = next[0];
        }

        for (int step = 0; step < 6; step++)
        {
            Tensor expected = logits.ForwardBatch(tokens);
            if (step == 3)
            {
                // The same sequences go on with either sort of pass.
                Assert.Equal(expected.ToSingles(), greedy.ForwardBatch(tokens).ToSingles());
                continue;
            }

            NextTokens next = greedy.ChooseNextBatch(tokens);
            AssertGreatest(expected, next);
            Assert.Equal([logits.LengthOf(0), logits.LengthOf(1), logits.LengthOf(2)], [greedy.LengthOf(0), greedy.LengthOf(1), greedy.LengthOf(2)]);
            tokens = [next[0], next[1], next[2]];
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        using CompiledBatch batch = model.Compile(s_runtime, 64, sequences: 2, s_fused).StartBatch();
        int[] tokens = [5, 6];
        Step();
        Step();
        long arena = batch.ArenaBytes, before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            Step();
        Assert.Equal((0, arena), (GC.GetAllocatedBytesForCurrentThread() - before, batch.ArenaBytes));

        void Step()
        {
            NextTokens next = batch.ChooseNextBatch(tokens);
            for (int b = 0; b < next.Count; b++)
                tokens[b] = float.IsNaN(next.LogitOf(b)) ? -1 : next[b];
        }
    }

    [Fact]
    public void A_graph_whose_last_product_is_fused_with_the_choice_has_no_logits()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        CompiledQwen3 fused = model.Compile(s_runtime, 64, sequences: 3, s_fused), parts = model.Compile(s_runtime, 64, sequences: 3);
        foreach ((CompiledGraph ofParts, CompiledGraph ofFused) in ((CompiledGraph, CompiledGraph)[])
            [(parts.GreedyGraph, fused.GreedyGraph), (parts.GreedyBatchGraph!, fused.GreedyBatchGraph!)])
        {
            Assert.Equal((true, false), (HasLogits(ofParts), HasLogits(ofFused)));
            Assert.Equal(1, ofFused.Report.Fused["linear_argmax"]);
            Assert.DoesNotContain("linear_argmax", ofParts.Report.Fused.Keys);
        }

        static bool HasLogits(CompiledGraph compiled)
        {
            Graph graph = compiled.Lowered;
            foreach (Node node in graph.Nodes)
            {
                foreach (int result in graph.ResultsOf(node))
                {
                    if (graph.Values[result].Name == "logits")
                        return true;
                }
            }

            return false;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_logit_that_is_nan_is_an_error_that_names_the_step_as_in_the_eager_model(bool isFused)
    {
        Dictionary<string, Tensor> weights = TinyModel.Weights();
        weights["model.embed_tokens.weight"].AsSpan<float>()[7 * 128] = float.NaN;
        TinyModel.Write(_folder, TinyModel.Config(), weights);
        using Qwen3Model model = Qwen3Model.Load(s_runtime, _folder.Path);
        CompiledQwen3 compiled = model.Compile(s_runtime, 64, options: isFused ? s_fused : null);
        string message = Assert.Throws<ArithmeticException>(() => new GreedyDecoder(compiled).Decode(TinyModel.Prompt, 1).First()).Message;
        Assert.StartsWith("Step 0, after 13 tokens: the logit of token 7 is NaN", message);
    }

    private static void AssertGreatest(Tensor logits, NextTokens next)
    {
        Assert.Equal(logits.Rows, next.Count);
        foreach ((float[] row, int b) in logits.ToSingles().Chunk((int)logits.Last).Select((row, b) => (row, b)))
            Assert.Equal((Array.IndexOf(row, row.Max()), row.Max()), (next[b], next.LogitOf(b)));
    }
}
