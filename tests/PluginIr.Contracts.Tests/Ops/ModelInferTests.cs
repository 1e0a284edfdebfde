using PluginIr.Ops;

namespace PluginIr.Contracts.Tests.Ops;

public sealed class ModelInferTests
{
    [Theory]
    [InlineData("i64[4]", "f32[4,64]", "f32[4,32]", 16, 16, "f32[64,16]", null)]
    [InlineData("i32[4]", "bf16[4,4,16]", "bf16[4,2,16]", 16, 8, "f32[64,8]", null)]
    [InlineData("f32[4]", "f32[4,64]", "f32[4,32]", 16, 16, "f32[64,16]", "positions must be i32 or i64; found f32[4].")]
    [InlineData("i64[2,2]", "f32[4,64]", "f32[4,32]", 16, 16, "f32[64,16]",
        "positions must have one dimension, one position for each token; found i64[2,2].")]
    [InlineData("i64[4]", "i8[4,64]", "i8[4,32]", 16, 16, "f32[64,16]",
        "query must be f32, f16 or bf16 and have at least one dimension; found i8[4,64].")]
    [InlineData("i64[4]", "f32[5,64]", "f32[4,32]", 16, 16, "f32[64,16]",
        "query must be [4, heads·16] or [4, heads, 16] for positions i64[4] and head_size 16; found f32[5,64].")]
    [InlineData("i64[4]", "f32[4,60]", "f32[4,32]", 16, 16, "f32[64,16]",
        "query must be [4, heads·16] or [4, heads, 16] for positions i64[4] and head_size 16; found f32[4,60].")]
    [InlineData("i64[4]", "f32[4,64]", "f32[4,2,32]", 16, 16, "f32[64,16]",
        "key must be [4, heads·16] or [4, heads, 16] for positions i64[4] and head_size 16; found f32[4,2,32].")]
    [InlineData("i64[4]", "f32[4,64]", "f32[128]", 16, 16, "f32[64,16]",
        "key must be [4, heads·16] or [4, heads, 16] for positions i64[4] and head_size 16; found f32[128].")]
    [InlineData("i64[4]", "f32[4,64]", "f16[4,32]", 16, 16, "f32[64,16]", "key must be f32, as query is; found f16[4,32].")]
    [InlineData("i64[4]", "f32[4,64]", "f32[4,32]", 16, 7, "f32[64,7]", "rotary_dim must be even and from 2 to head_size 16; found 7.")]
    [InlineData("i64[4]", "f32[4,64]", "f32[4,32]", 16, 18, "f32[64,18]", "rotary_dim must be even and from 2 to head_size 16; found 18.")]
    [InlineData("i64[4]", "f32[4,64]", "f32[4,32]", 0, 0, "f32[64,0]", "rotary_dim must be even and from 2 to head_size 0; found 0.")]
    [InlineData("i64[4]", "f32[4,64]", "f32[4,32]", 16, 16, "f32[64,8]",
        "cos_sin_cache must be [positions, 16] of f32, f16 or bf16 for rotary_dim 16; found f32[64,8].")]
    [InlineData("i64[4]", "f32[4,64]", "f32[4,32]", 16, 16, "i8[64,16]",
        "cos_sin_cache must be [positions, 16] of f32, f16 or bf16 for rotary_dim 16; found i8[64,16].")]
    public void Rotary_embedding_needs_heads_and_a_cache_that_fit(
        string positions, string query, string key, int headSize, int rotaryDim, string cache, string? problem)
    {
        TensorSpec q = Specs.Of(query), k = Specs.Of(key);
        void Infer() => RotaryEmbedding.Infer(Specs.Of(positions), q, k, headSize, rotaryDim, Specs.Of(cache), true);
        if (problem is null)
            Assert.Equal((q, k), RotaryEmbedding.Infer(Specs.Of(positions), q, k, headSize, rotaryDim, Specs.Of(cache), true));
        else
            Specs.Refused("rotary_embedding: " + problem, Infer);
    }

    [Theory]
    [InlineData("f32[8,16]", "f32[4,16]", "f32[8,4]", null)]
    [InlineData("bf16[2,3,16]", "bf16[4,16]", "bf16[2,3,4]", null)]
    [InlineData("f16[16]", "f16[4,16]", "f16[4]", null)]
    [InlineData("f32[8,16]", "f32[16,4]", null, "weight must be f32[N,16] for x f32[8,16]; found f32[16,4].")]
    [InlineData("f32[8,16]", "f32[16]", null, "weight must be f32[N,16] for x f32[8,16]; found f32[16].")]
    [InlineData("bf16[8,16]", "f32[4,16]", null, "weight must be bf16[N,16] for x bf16[8,16]; found f32[4,16].")]
    [InlineData("i8[8,16]", "i8[4,16]", null, "x must be f32, f16 or bf16 and have at least one dimension; found i8[8,16].")]
    public void Linear_needs_a_weight_of_rows_like_x(string x, string weight, string? output, string? problem)
    {
        if (problem is null)
            Assert.Equal(Specs.Of(output), Linear.Infer(Specs.Of(x), Specs.Of(weight)));
        else
            Specs.Refused("linear: " + problem, () => Linear.Infer(Specs.Of(x), Specs.Of(weight)));
    }

    [Theory]
    [InlineData("f32[8,16]", "i64[8]", null)]
    [InlineData("bf16[2,3,16]", "i64[2,3]", null)]
    [InlineData("f16[16]", "i64[]", null)]
    [InlineData("f32[0,16]", "i64[0]", null)]
    [InlineData("f32[8,0]", null, "x must have at least one element in a row, as none has no greatest; found f32[8,0].")]
    [InlineData("i64[8,16]", null, "x must be f32, f16 or bf16 and have at least one dimension; found i64[8,16].")]
    [InlineData("f32[]", null, "x must be f32, f16 or bf16 and have at least one dimension; found f32[].")]
    public void Argmax_needs_rows_of_one_element_or_more(string x, string? output, string? problem)
    {
        if (problem is null)
            Assert.Equal(Specs.Of(output), Argmax.Infer(Specs.Of(x)));
        else
            Specs.Refused("argmax: " + problem, () => Argmax.Infer(Specs.Of(x)));
    }

    [Theory]
    [InlineData("f32[8,16]", "f32[4,16]", "i64[8]", null)]
    [InlineData("bf16[2,3,16]", "bf16[4,16]", "i64[2,3]", null)]
    [InlineData("f16[16]", "f16[4,16]", "i64[]", null)]
    [InlineData("f32[8,0]", "f32[4,0]", "i64[8]", null)]
    [InlineData("f32[8,16]", "f32[0,16]", null, "weight must have at least one row, as none has no greatest product; found f32[0,16].")]
    [InlineData("bf16[8,16]", "f32[4,16]", null, "weight must be bf16[N,16] for x bf16[8,16]; found f32[4,16].")]
    [InlineData("i8[8,16]", "i8[4,16]", null, "x must be f32, f16 or bf16 and have at least one dimension; found i8[8,16].")]
    public void Linear_argmax_needs_a_weight_of_rows_like_x(string x, string weight, string? output, string? problem)
    {
        if (problem is null)
            Assert.Equal(Specs.Of(output), LinearArgmax.Infer(Specs.Of(x), Specs.Of(weight)));
        else
            Specs.Refused("linear_argmax: " + problem, () => LinearArgmax.Infer(Specs.Of(x), Specs.Of(weight)));
    }

    [Theory]
    [InlineData("i64[5]", "bf16[10,4]", "bf16[5,4]", null)]
    [InlineData("i32[2,3]", "f32[10,4]", "f32[2,3,4]", null)]
    [InlineData("i64[]", "f16[10,4]", "f16[4]", null)]
    [InlineData("f32[5]", "f32[10,4]", null, "indices must be i32 or i64; found f32[5].")]
    [InlineData("i64[5]", "i8[10,4]", null, "weight must be f32, f16 or bf16 and have at least one dimension; found i8[10,4].")]
    [InlineData("i64[5]", "f32[10]", null, "weight must have two dimensions, rows and their elements; found f32[10].")]
    [InlineData("i64[1,1,1,1,1,1,1,1]", "f32[10,4]", null,
        "indices must have fewer than 8 dimensions, as the output has one more; found i64[1,1,1,1,1,1,1,1].")]
    public void Embedding_needs_indices_and_a_table(string indices, string weight, string? output, string? problem)
    {
        if (problem is null)
            Assert.Equal(Specs.Of(output), Embedding.Infer(Specs.Of(indices), Specs.Of(weight)));
        else
            Specs.Refused("embedding: " + problem, () => Embedding.Infer(Specs.Of(indices), Specs.Of(weight)));
    }

    [Theory]
    [InlineData("f32[3,4,16]", "f32[5,2,16]", "f32[5,2,16]", true, null)]
    [InlineData("bf16[9,4,16]", "bf16[5,4,16]", "bf16[5,4,16]", false, null)]
    [InlineData("f32[4,16]", "f32[5,2,16]", "f32[5,2,16]", true, "q must be [T, heads, D]; found f32[4,16].")]
    [InlineData("i8[3,4,16]", "i8[5,2,16]", "i8[5,2,16]", true,
        "q must be f32, f16 or bf16 and have at least one dimension; found i8[3,4,16].")]
    [InlineData("f32[3,4,16]", "f32[5,3,16]", "f32[5,3,16]", true,
        "k must be f32[S, key heads, 16] with S at least 1 and key heads that divide 4, for q f32[3,4,16]; found f32[5,3,16].")]
    [InlineData("f32[3,4,16]", "f32[5,2,8]", "f32[5,2,8]", true,
        "k must be f32[S, key heads, 16] with S at least 1 and key heads that divide 4, for q f32[3,4,16]; found f32[5,2,8].")]
    [InlineData("f32[3,4,16]", "f16[5,2,16]", "f16[5,2,16]", true,
        "k must be f32[S, key heads, 16] with S at least 1 and key heads that divide 4, for q f32[3,4,16]; found f16[5,2,16].")]
    [InlineData("f32[0,4,16]", "f32[0,2,16]", "f32[0,2,16]", true,
        "k must be f32[S, key heads, 16] with S at least 1 and key heads that divide 4, for q f32[0,4,16]; found f32[0,2,16].")]
    [InlineData("f32[3,4,16]", "f32[5,0,16]", "f32[5,0,16]", true,
        "k must be f32[S, key heads, 16] with S at least 1 and key heads that divide 4, for q f32[3,4,16]; found f32[5,0,16].")]
    [InlineData("f32[3,4,16]", "f32[5,2,16]", "f32[6,2,16]", true, "v must be f32[5,2,16], as k is; found f32[6,2,16].")]
    [InlineData("f32[6,4,16]", "f32[5,2,16]", "f32[5,2,16]", true,
        "causal attention aligns the last query to the last key, so it needs as many keys as queries or more; " +
        "found q f32[6,4,16], k f32[5,2,16].")]
    public void Attention_needs_keys_and_values_that_fit_the_queries(string q, string k, string v, bool causal, string? problem)
    {
        TensorSpec query = Specs.Of(q);
        if (problem is null)
            Assert.Same(query, Attention.Infer(query, Specs.Of(k), Specs.Of(v), 1, causal));
        else
            Specs.Refused("attention: " + problem, () => Attention.Infer(query, Specs.Of(k), Specs.Of(v), 1, causal));
    }
}
