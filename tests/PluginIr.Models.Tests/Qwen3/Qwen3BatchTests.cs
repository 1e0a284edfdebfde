using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Models.Tests.Qwen3;

/// <summary>Several sequences at once.</summary>
public sealed class Qwen3BatchTests
{
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    public void Each_sequence_of_a_batch_has_the_logits_that_it_has_alone(DType dtype)
    {
        using Qwen3Model model = TinyModel.Load(dtype: dtype);
        int[][] prompts = [[.. TinyModel.Prompt], [.. TinyModel.Prompt[..5]], [7]];
        KeyValueCache[] alone = [.. prompts.Select(_ => model.CreateCache())], batch = [.. prompts.Select(_ => model.CreateCache(1))];
        foreach ((int[] prompt, KeyValueCache one, KeyValueCache other) in prompts.Zip(alone, batch))
        {
            model.Forward(prompt, one).Dispose();
            model.Forward(prompt, other).Dispose();
        }

        foreach (int token in TinyModel.Greedy[..3])
        {
            int[] tokens = [token, token + 1, 3];
            using Tensor logits = model.ForwardBatch(tokens, batch);
            Assert.Equal([3, model.Config.VocabularySize], logits.Shape.ToArray());
            for (int i = 0; i < tokens.Length; i++)
            {
                using Tensor expected = model.Forward([tokens[i]], alone[i]), row = logits.Slice(0, i, 1);
                Assert.Equal(expected.ToSingles(), row.ToSingles());
            }
        }

        Assert.Equal(prompts.Select(p => p.Length + 3), batch.Select(c => c.Length));
        foreach (KeyValueCache cache in (KeyValueCache[])[.. alone, .. batch])
            cache.Dispose();
    }

    [Fact]
    public void A_batch_that_does_not_fit_its_caches_is_refused_and_changes_none()
    {
        using Qwen3Model model = TinyModel.Load(), other = TinyModel.Load();
        using KeyValueCache first = model.CreateCache(), second = model.CreateCache(), foreign = other.CreateCache();
        Assert.Throws<ArgumentException>(() => model.ForwardBatch([1, 2], [first]));
        Assert.Throws<ArgumentException>(() => model.ForwardBatch([1, 2], [first, first]));
        Assert.Throws<ArgumentException>(() => model.ForwardBatch([1, 2], [first, foreign]));
        Assert.Throws<ArgumentException>(() => model.ForwardBatch([1, model.Config.VocabularySize], [first, second]));
        Assert.Throws<ArgumentException>(() => model.ForwardBatch([], []));
        Assert.Equal((0, 0), (first.Length, second.Length));
    }

    [Fact]
    public void Random_weights_are_the_same_for_the_same_seed_and_make_finite_logits()
    {
        using Qwen3Model tiny = TinyModel.Load();
        float[] first = Logits(tiny.Config, 1);
        Assert.All(first, logit => Assert.True(float.IsFinite(logit)));
        Assert.True(first.Distinct().Count() > 100);
        Assert.Equal(first, Logits(tiny.Config, 1));
        Assert.NotEqual(first, Logits(tiny.Config, 2));
    }

    [Fact]
    public void The_weights_that_a_pass_reads_are_all_but_an_embedding_of_its_own()
    {
        using Qwen3Model tiny = TinyModel.Load();
        using var ir = new IrRuntime();
        Qwen3Config tied = tiny.Config with { TiesEmbeddings = true };
        using Qwen3Model one = Qwen3Model.CreateRandom(ir, tied, DType.BFloat16, 1);
        using Qwen3Model two = Qwen3Model.CreateRandom(ir, tied with { TiesEmbeddings = false }, DType.BFloat16, 1);
        Assert.Equal(one.WeightBytesRead, two.WeightBytesRead);
        long layer = (long)tied.HiddenSize * ((2 * tied.HeadCount) + (2 * tied.KeyValueHeadCount)) * tied.HeadSize;
        layer += (3L * tied.HiddenSize * tied.IntermediateSize) + (2 * tied.HiddenSize) + (2 * tied.HeadSize);
        Assert.Equal(2 * ((layer * tied.LayerCount) + (((long)tied.VocabularySize + 1) * tied.HiddenSize)), one.WeightBytesRead);
    }

    private static float[] Logits(Qwen3Config config, int seed)
    {
        using var ir = new IrRuntime();
        using Qwen3Model model = Qwen3Model.CreateRandom(ir, config, DType.Float32, seed);
        using KeyValueCache cache = model.CreateCache();
        using Tensor logits = model.Forward([1, 2, 3], cache);
        return logits.ToSingles();
    }
}
