using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Qwen3;

public sealed class Qwen3ModelTests
{
    private static readonly int[] s_sequence = [.. TinyModel.Prompt, .. TinyModel.Greedy];

    [Fact]
    public void Logits_are_the_references_at_every_position()
    {
        float[][] expected = TinyModel.Logits();
        using Qwen3Model model = TinyModel.Load();
        using KeyValueCache cache = model.CreateCache();
        LogitsAssert.Close(expected[0], Logits(model, TinyModel.Prompt, cache), 1e-4f);
        for (int i = 0; i < TinyModel.Greedy.Length; i++)
            LogitsAssert.Close(expected[i + 1], Logits(model, [TinyModel.Greedy[i]], cache), 1e-4f);
        Assert.Equal(s_sequence.Length, cache.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(36)]
    public void A_sequence_in_two_passes_has_the_logits_of_one_pass(int first)
    {
        using Qwen3Model model = TinyModel.Load();
        using KeyValueCache whole = model.CreateCache(), parts = model.CreateCache();
        float[] expected = Logits(model, s_sequence, whole);
        Logits(model, s_sequence[..first], parts);
        LogitsAssert.Close(expected, Logits(model, s_sequence[first..], parts), 1e-5f);
    }

    [Fact]
    public void A_changed_token_changes_the_logits_of_later_positions()
    {
        using Qwen3Model model = TinyModel.Load();
        using KeyValueCache one = model.CreateCache(), other = model.CreateCache();
        int[] changed = [.. TinyModel.Prompt];
        changed[0]++;
        float[] expected = TinyModel.Logits()[0];
        Assert.Contains(expected.Zip(Logits(model, changed, other)), pair => MathF.Abs(pair.First - pair.Second) > 1e-2f);
    }

    [Fact]
    public void A_cache_that_has_to_grow_changes_no_logit()
    {
        using Qwen3Model model = TinyModel.Load();
        using KeyValueCache roomy = model.CreateCache(256), tight = model.CreateCache(1);
        foreach (int token in TinyModel.Prompt)
            Assert.Equal(Logits(model, [token], roomy), Logits(model, [token], tight));
        Assert.InRange(tight.Capacity, TinyModel.Prompt.Length, 255);
        Assert.Equal(256, roomy.Capacity);
    }

    [Theory]
    [InlineData(DType.Float16, 0.02f)]
    [InlineData(DType.BFloat16, 0.15f)]
    public void Activations_of_16_bits_give_logits_near_the_references(DType dtype, float tolerance)
    {
        using Qwen3Model model = TinyModel.Load(dtype: dtype);
        using KeyValueCache cache = model.CreateCache();
        using Tensor logits = model.Forward(TinyModel.Prompt, cache);
        Assert.Equal(dtype, logits.DType);
        Assert.Equal(dtype, model.DType);
        LogitsAssert.Close(TinyModel.Logits()[0], logits.ToSingles(), tolerance);
    }

    [Fact]
    public void Two_sequences_do_not_disturb_each_other_on_two_threads()
    {
        float[][] expected = TinyModel.Logits();
        using Qwen3Model model = TinyModel.Load();
        Parallel.For(0, 4, _ =>
        {
            using KeyValueCache cache = model.CreateCache();
            LogitsAssert.Close(expected[0], Logits(model, TinyModel.Prompt, cache), 1e-4f);
            LogitsAssert.Close(expected[1], Logits(model, [TinyModel.Greedy[0]], cache), 1e-4f);
        });
    }

    [Fact]
    public void A_pass_past_the_last_position_is_refused_and_leaves_the_sequence_as_it_was()
    {
        using Qwen3Model model = TinyModel.Load();
        using KeyValueCache cache = model.CreateCache();
        Logits(model, TinyModel.Prompt, cache);
        string message = Assert.Throws<InvalidOperationException>(() => model.Forward(new int[244], cache)).Message;
        Assert.Contains("sequence of 257; the model takes at most 256", message);
        Assert.Equal(13, cache.Length);
        LogitsAssert.Close(TinyModel.Logits()[1], Logits(model, [TinyModel.Greedy[0]], cache), 1e-4f);
    }

    [Theory]
    [InlineData(new int[0], "Expected at least one token id; found none")]
    [InlineData(new[] { 3, 512 }, "Token id 512 at position 1 is not in the vocabulary; expected 0 to 511 (vocab_size 512)")]
    [InlineData(new[] { -1 }, "Token id -1 at position 0")]
    public void Wrong_tokens_are_refused(int[] tokens, string message)
    {
        using Qwen3Model model = TinyModel.Load();
        using KeyValueCache cache = model.CreateCache();
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => model.Forward(tokens, cache)).Message);
        Assert.Equal(0, cache.Length);
    }

    [Fact]
    public void Another_models_cache_is_refused()
    {
        using Qwen3Model model = TinyModel.Load(), other = TinyModel.Load(dtype: DType.BFloat16);
        using KeyValueCache cache = other.CreateCache();
        Assert.Contains("another model's", Assert.Throws<ArgumentException>(() => model.Forward([1], cache)).Message);
    }

    [Fact]
    public void A_disposed_cache_is_refused()
    {
        using Qwen3Model model = TinyModel.Load();
        KeyValueCache cache = model.CreateCache();
        cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Forward([1], cache));
    }

    [Theory]
    [InlineData(DType.Int8, "int8")]
    [InlineData(DType.Float8E4M3FN, "float8_e4m3fn")]
    public void A_dtype_that_models_do_not_run_in_is_refused(DType dtype, string name) =>
        Assert.Contains($"found {name}", Assert.Throws<ArgumentException>(() => TinyModel.Load(dtype: dtype)).Message);

    private static float[] Logits(Qwen3Model model, ReadOnlySpan<int> tokens, KeyValueCache cache)
    {
        using Tensor logits = model.Forward(tokens, cache);
        return logits.ToSingles();
    }
}
