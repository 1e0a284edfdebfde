using System.Text.Json.Nodes;
using PluginIr.Models.Decoding;
using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Decoding;

public sealed class GreedyDecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_reference_model_continues_its_prompt_as_transformers_does()
    {
        using Qwen3Model model = TinyModel.Load();
        Assert.Equal(TinyModel.Greedy, new GreedyDecoder(model).Decode(TinyModel.Prompt, 24));
    }

    [Fact]
    public void Each_enumeration_decodes_anew_and_may_stop_early()
    {
        using Qwen3Model model = TinyModel.Load();
        IEnumerable<int> tokens = new GreedyDecoder(model).Decode(TinyModel.Prompt, 24);
        Assert.Equal(TinyModel.Greedy[..2], tokens.Take(2));
        Assert.Equal(TinyModel.Greedy[..3], tokens.Take(3));
    }

    [Theory]
    [InlineData("45", 4)]
    [InlineData("[500, 116]", 2)]
    [InlineData("500", 24)]
    public void An_end_token_ends_the_text_and_is_its_last_token(string endTokens, int length)
    {
        JsonObject config = TinyModel.Config();
        config["eos_token_id"] = JsonNode.Parse(endTokens);
        TinyModel.Write(_folder, config, TinyModel.Weights());
        using Qwen3Model model = TinyModel.Load(_folder.Path);
        Assert.Equal(TinyModel.Greedy[..length], new GreedyDecoder(model).Decode(TinyModel.Prompt, 24));
    }

    [Fact]
    public void No_new_tokens_are_none()
    {
        using Qwen3Model model = TinyModel.Load();
        Assert.Empty(new GreedyDecoder(model).Decode(TinyModel.Prompt, 0));
    }

    [Fact]
    public void A_text_may_fill_every_position_and_no_more()
    {
        using Qwen3Model model = TinyModel.Load();
        var decoder = new GreedyDecoder(model);
        Assert.Equal(3, decoder.Decode(new int[253], 3).Count());

        string message = Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Decode(new int[253], 4)).Message;
        Assert.Contains("A prompt of 253 tokens and 4 new ones make 257; the model takes at most 256 (max_position_embeddings)", message);
    }

    [Fact]
    public void A_negative_number_of_tokens_is_refused()
    {
        using Qwen3Model model = TinyModel.Load();
        Assert.Throws<ArgumentOutOfRangeException>(() => new GreedyDecoder(model).Decode(TinyModel.Prompt, -1));
    }

    [Theory]
    [InlineData(new int[0], "found none")]
    [InlineData(new[] { 1, 2, 9999 }, "Token id 9999 at position 2 is not in the vocabulary; expected 0 to 511 (vocab_size 512)")]
    public void A_wrong_prompt_is_refused_before_anything_runs(int[] prompt, string message)
    {
        using Qwen3Model model = TinyModel.Load();
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new GreedyDecoder(model).Decode(prompt, 1)).Message);
    }

    [Fact]
    public void Of_equal_logits_the_first_token_is_taken()
    {
        Dictionary<string, Tensor> weights = TinyModel.Weights();
        weights["model.norm.weight"].AsSpan<float>().Clear();
        TinyModel.Write(_folder, TinyModel.Config(), weights);
        using Qwen3Model model = TinyModel.Load(_folder.Path);
        Assert.Equal([0, 0], new GreedyDecoder(model).Decode(TinyModel.Prompt, 2));
    }

    [Fact]
    public void A_logit_that_is_nan_is_an_error_that_names_the_step()
    {
        // Embeddings are tied: the row of a token that is never fed still makes that token's logit.
        Dictionary<string, Tensor> weights = TinyModel.Weights();
        weights["model.embed_tokens.weight"].AsSpan<float>()[7 * 128] = float.NaN;
        TinyModel.Write(_folder, TinyModel.Config(), weights);
        using Qwen3Model model = TinyModel.Load(_folder.Path);
        string message = Assert.Throws<ArithmeticException>(() => new GreedyDecoder(model).Decode(TinyModel.Prompt, 1).First()).Message;
        Assert.StartsWith("Step 0, after 13 tokens: the logit of token 7 is NaN", message);
    }
}
