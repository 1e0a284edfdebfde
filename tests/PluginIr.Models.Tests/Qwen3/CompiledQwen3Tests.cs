using PluginIr.Compiler.Planning;
using PluginIr.Models.Decoding;
using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Models.Tests.Qwen3;

public sealed class CompiledQwen3Tests
{
    private static readonly IrRuntime s_runtime = new();

    [Fact]
    public void Its_tokens_are_the_references()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        CompiledQwen3 compiled = model.Compile(s_runtime, 64);
        Assert.Equal(TinyModel.Greedy, new GreedyDecoder(compiled).Decode(TinyModel.Prompt, TinyModel.Greedy.Length));
    }

    [Fact]
    public void Its_logits_are_the_eager_models_bit_for_bit_for_prompts_and_single_tokens()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        using CompiledSequence compiled = model.Compile(s_runtime, 64).StartSequence();
        using KeyValueCache eager = model.CreateCache();
        int[][] passes = [TinyModel.Prompt, [TinyModel.Greedy[0]], [.. TinyModel.Greedy.Skip(1).Take(3)], [TinyModel.Greedy[4]]];
        foreach (int[] tokens in passes)
        {
            using Tensor expected = model.Forward(tokens, eager);
            Assert.Equal(expected.ToSingles(), compiled.Forward(tokens).ToSingles());
            Assert.Equal(eager.Length, compiled.Length);
        }
    }

    [Fact]
    public void A_token_allocates_nothing()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        using CompiledSequence sequence = model.Compile(s_runtime, 64).StartSequence();
        int[] token = [TinyModel.Greedy[0]];
        sequence.Forward(TinyModel.Prompt);
        sequence.Forward(token);
        long arena = sequence.ArenaBytes, before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            sequence.Forward(token);
        Assert.Equal((0, arena), (GC.GetAllocatedBytesForCurrentThread() - before, sequence.ArenaBytes));
    }

    [Fact]
    public void Its_values_take_less_than_half_of_the_memory_that_each_having_its_own_would_take()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        MemoryPlan plan = model.Compile(s_runtime, 64).Graph.Report.Plan!;
        Assert.InRange(plan.ArenaBytes, 1, plan.ValuesBytes / 2);
    }

    [Fact]
    public void A_sequence_that_is_cleared_begins_anew()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        using CompiledSequence sequence = model.Compile(s_runtime, 64).StartSequence();
        float[] first = sequence.Forward(TinyModel.Prompt).ToSingles();
        sequence.Forward(TinyModel.Prompt);
        sequence.Clear();
        Assert.Equal(first, sequence.Forward(TinyModel.Prompt).ToSingles());
    }

    [Fact]
    public void A_sequence_longer_than_what_was_compiled_for_is_refused_before_anything_runs()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        CompiledQwen3 compiled = model.Compile(s_runtime, TinyModel.Prompt.Length);
        using CompiledSequence sequence = compiled.StartSequence();
        sequence.Forward(TinyModel.Prompt);
        Assert.Contains("the model was compiled for", Assert.Throws<InvalidOperationException>(() => sequence.Forward([1])).Message, StringComparison.Ordinal);
        Assert.Equal(TinyModel.Prompt.Length, sequence.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GreedyDecoder(compiled).Decode(TinyModel.Prompt, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Compile(s_runtime, model.Config.MaxPositions + 1));
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void It_runs_in_the_models_dtype(DType dtype)
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder, dtype);
        using CompiledSequence compiled = model.Compile(s_runtime, 64).StartSequence();
        using KeyValueCache eager = model.CreateCache();
        using Tensor expected = model.Forward(TinyModel.Prompt, eager);
        Assert.Equal(expected.ToSingles(), compiled.Forward(TinyModel.Prompt).ToSingles());
    }

    [Fact]
    public void One_token_of_each_of_several_sequences_has_the_eager_batchs_logits_bit_for_bit_and_allocates_nothing()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        using CompiledBatch compiled = model.Compile(s_runtime, 64, sequences: 3).StartBatch();
        KeyValueCache[] caches = [model.CreateCache(), model.CreateCache(), model.CreateCache()];
        for (int b = 0; b < caches.Length; b++)
        {
            int[] prompt = TinyModel.Prompt[..(3 + b)];
            using Tensor expected = model.Forward(prompt, caches[b]);
            Assert.Equal(expected.ToSingles(), compiled.Forward(b, prompt).ToSingles());
        }

        int[] tokens = [5, 6, 7];
        for (int step = 0; step < 4; step++)
        {
            using Tensor expected = model.ForwardBatch(tokens, caches);
            Assert.Equal(expected.ToSingles(), compiled.ForwardBatch(tokens).ToSingles());
            Assert.Equal(caches.Select(c => c.Length), [compiled.LengthOf(0), compiled.LengthOf(1), compiled.LengthOf(2)]);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 10; step++)
            compiled.ForwardBatch(tokens);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        foreach (KeyValueCache cache in caches)
            cache.Dispose();
    }

    [Fact]
    public void A_batch_takes_a_token_for_each_of_its_sequences_and_no_sequence_alone()
    {
        using Qwen3Model model = Qwen3Model.Load(s_runtime, TinyModel.Folder);
        CompiledQwen3 compiled = model.Compile(s_runtime, 8, sequences: 2);
        using CompiledBatch batch = compiled.StartBatch();
        Assert.Contains("a token for each of 2 sequences; found 1", Assert.Throws<ArgumentException>(() => batch.ForwardBatch([1])).Message, StringComparison.Ordinal);
        Assert.Contains("call StartBatch", Assert.Throws<InvalidOperationException>(compiled.StartSequence).Message, StringComparison.Ordinal);
    }
}
