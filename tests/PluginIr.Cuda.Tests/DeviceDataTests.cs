using PluginIr.Cuda.Kernels;
using PluginIr.Cuda.Tests.Simulation;
using Xunit;
using static PluginIr.Cuda.Tests.RandomTensors;

namespace PluginIr.Cuda.Tests;

/// <summary>Kernels that read indices and lengths where the host cannot look at them first.</summary>
[Collection(nameof(SimulatedGpu))]
public sealed class DeviceDataTests
{
    private static readonly KernelContext s_context = new();

    [Fact]
    public void An_index_outside_the_table_gives_a_row_of_zeros_and_leaves_the_others_right()
    {
        Tensor output = Tensor.From<float>([9, 9, 9, 9, 9, 9], 3, 2);
        Embedding.Run(s_context, Tensor.From<long>([1, -1, 2], 3), Tensor.From<float>([1, 2, 3, 4], 2, 2), output);
        Assert.Equal([3, 4, 0, 0, 0, 0], output.AsSpan<float>().ToArray());
    }

    [Fact]
    public void Of_rows_with_one_position_the_last_stays_and_a_position_outside_the_table_writes_nothing()
    {
        Tensor table = Tensor.From<float>([0, 0, 0, 0, 0, 0], 3, 2);
        UpdateRows.Run(s_context, table, Tensor.From<float>([1, 1, 2, 2, 3, 3, 4, 4], 4, 2), Tensor.From<long>([1, 3, 1, -7], 4), table);
        Assert.Equal([0, 0, 3, 3, 0, 0], table.AsSpan<float>().ToArray());
    }

    [Fact]
    public void A_position_outside_the_cache_turns_its_token_to_NaN_alone()
    {
        Tensor heads = Tensor.From<float>([1, 2, 3, 4], 2, 2), output = Tensor.From<float>([0, 0, 0, 0], 2, 2), keys = Tensor.From<float>([1, 2, 3, 4], 2, 2);
        RotaryEmbedding.Run(s_context, Tensor.From<long>([5, 0], 2), heads, keys, 2, 2, Tensor.From<float>([1, 0], 1, 2), true, output, keys);
        Assert.Equal([float.NaN, float.NaN, 3, 4], output.AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Heads_are_normalised_with_the_weights_that_there_are(bool hasQueryWeight, bool hasKeyWeight)
    {
        const int Tokens = 2, QueryHeads = 5, KeyHeads = 2, Size = 32;
        Tensor query = Random(Tokens, QueryHeads, Size), key = Random(Tokens, KeyHeads, Size), cache = Random(3, Size), positions = Tensor.From<long>([2, 0], Tokens);
        Tensor? queryWeight = hasQueryWeight ? Random(Size) : null, keyWeight = hasKeyWeight ? Random(Size) : null;
        Tensor[] expected = [Random(Tokens, QueryHeads, Size), Random(Tokens, KeyHeads, Size)], found = [Random(Tokens, QueryHeads, Size), Random(Tokens, KeyHeads, Size)];
        Ops.RmsNormRotaryEmbedding.Native(
            s_context, positions, query, key, queryWeight, keyWeight, 1e-6f, Size, Size, cache, true, expected[0], expected[1]);
        RmsNormRotaryEmbedding.Run(s_context, positions, query, key, queryWeight, keyWeight, 1e-6f, Size, Size, cache, true, found[0], found[1]);
        foreach ((Tensor one, Tensor other) in expected.Zip(found))
            Assert.All(one.AsSpan<float>().ToArray().Zip(other.AsSpan<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Heads_of_16_bits_are_normalised_to_the_last_place_as_turning_may_leave_little_else_of_them()
    {
        const int Tokens = 2000, QueryHeads = 7, KeyHeads = 1, Size = 32;
        Tensor query = RandomSixtyFourths(Tokens, QueryHeads, Size), key = RandomSixtyFourths(Tokens, KeyHeads, Size), weight = RandomSixtyFourths(Size), cache = RandomSixtyFourths(Tokens, Size);
        Tensor positions = Tensor.From<long>([.. Enumerable.Range(0, Tokens).Select(i => (long)i)], Tokens);
        Tensor[] expected = [RandomSixtyFourths(Tokens, QueryHeads, Size), RandomSixtyFourths(Tokens, KeyHeads, Size)], found = [RandomSixtyFourths(Tokens, QueryHeads, Size), RandomSixtyFourths(Tokens, KeyHeads, Size)];
        Ops.RmsNormRotaryEmbedding.Native(s_context, positions, query, key, weight, weight, 1e-6f, Size, Size, cache, true, expected[0], expected[1]);
        RmsNormRotaryEmbedding.Run(s_context, positions, query, key, weight, weight, 1e-6f, Size, Size, cache, true, found[0], found[1]);
        foreach ((Tensor one, Tensor other) in expected.Zip(found))
            Assert.Equal(one.AsSpan<BFloat16>(), other.AsSpan<BFloat16>());
    }

    [Theory]
    [InlineData(64, 200)]
    [InlineData(64, 7)]
    [InlineData(20, 131)]
    public void Keys_that_are_divided_among_groups_give_what_the_definition_gives(int size, long length)
    {
        const int Capacity = 300, Heads = 3;
        Tensor q = Random(1, Heads, size), k = Random(1, Capacity, 1, size), v = Random(1, Capacity, 1, size), lengths = Tensor.From<long>([length], 1);
        Tensor expected = Random(1, Heads, size), found = Random(1, Heads, size);
        Ops.CachedAttention.Native(s_context, q, k, v, lengths, 0.2f, true, expected);
        CachedAttention.Run(s_context, q, k, v, lengths, 0.2f, true, found);
        Assert.All(expected.AsSpan<float>().ToArray().Zip(found.AsSpan<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void A_length_past_the_capacity_reads_the_whole_cache_and_no_more()
    {
        Tensor q = Random(1, 1, 8), k = Random(1, 4, 1, 8), v = Random(1, 4, 1, 8), expected = Random(1, 1, 8), found = Random(1, 1, 8);
        Ops.CachedAttention.Native(s_context, q, k, v, Tensor.From<long>([4], 1), 1f, true, expected);
        CachedAttention.Run(s_context, q, k, v, Tensor.From<long>([9], 1), 1f, true, found);
        Assert.All(expected.AsSpan<float>().ToArray().Zip(found.AsSpan<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
