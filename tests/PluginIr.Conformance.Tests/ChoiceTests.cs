namespace PluginIr.Conformance.Tests;

/// <summary>What the seeds choose: the quick cases of a kernel with one, two or three dtypes have, for each of them, what models call.</summary>
public sealed class ChoiceTests
{
    public static TheoryData<DTypes> Claims => [DTypes.BF16, DTypes.F32 | DTypes.BF16, DTypes.Floating];

    [Theory]
    [MemberData(nameof(Claims))]
    public void The_quick_cases_of_an_op_that_takes_indices_have_both_index_types(DTypes claim)
    {
        foreach ((string op, string indices) in ((string, string)[])
            [("embedding", "indices"), ("update_rows", "positions"), ("rotary_embedding", "positions"), ("rms_norm_rotary_embedding", "positions")])
        {
            AssertChosen(op, claim, a => TensorOf(a, indices).DType, DType.Int32, DType.Int64);
        }
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public void The_quick_cases_of_an_op_that_takes_rows_of_any_rank_have_two_dimensions_and_three(DTypes claim)
    {
        string[] others = ["attention", "cached_attention", "embedding", "rotary_embedding", "rms_norm_rotary_embedding"];
        foreach (string op in Kit.Native.Kernels.Select(k => k.Schema.Name).Except(others))
            AssertChosen(op, claim, a => TensorOf(a, "x").Rank, 2, 3);
    }

    [Fact]
    public void A_single_row_is_a_vector_a_matrix_or_more_by_the_seed()
    {
        int[] ranks = [.. Enumerable.Range(0, 8).Select(seed => new InputGenerator(Native("gelu_new").Schema, DType.Float32, 1, 16, seed).Shape(16).Length)];
        Assert.Equal([1, 2, 3], ranks.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public void The_quick_cases_of_rotary_embedding_have_heads_side_by_side_and_in_a_dimension_of_their_own(DTypes claim) =>
        AssertChosen("rotary_embedding", claim, a => TensorOf(a, "query").Rank, 2, 3);

    [Theory]
    [MemberData(nameof(Claims))]
    public void The_quick_cases_of_cached_attention_have_several_tokens_of_one_sequence_and_of_several(DTypes claim) => AssertChosen(
        "cached_attention", claim, a => (TensorOf(a, "k").Shape[0] > 1, TensorOf(a, "q").Shape[0] > TensorOf(a, "k").Shape[0]), (false, true), (true, true));

    [Theory]
    [MemberData(nameof(Claims))]
    public void The_quick_cases_of_norms_and_attention_have_several_epsilons_and_scales(DTypes claim)
    {
        AssertChosen("rms_norm", claim, a => FactorOf(a, "epsilon"), 1e-6f, 0.1f);
        AssertChosen("cached_attention", claim, a => FactorOf(a, "scale") == 1 / MathF.Sqrt(TensorOf(a, "q").Last), true, false);
    }

    [Fact]
    public void The_quick_cases_have_more_keys_and_columns_than_one_round_of_a_kernel_takes()
    {
        Assert.Contains(Quick("attention", DTypes.Floating), c => TensorOf(c.Arguments, "k").Shape[0] > 256);
        Assert.Contains(Quick("cached_attention", DTypes.Floating), c => TensorOf(c.Arguments, "lengths").AsSpan<long>()[0] > 256);
        Assert.Contains(Quick("linear", DTypes.Floating), c => TensorOf(c.Arguments, "weight").Shape[0] > 192);
        Assert.Contains(Quick("linear_argmax", DTypes.Floating), c => TensorOf(c.Arguments, "weight").Shape[0] > 192);
    }

    private static ConformanceSubject Native(string op) => Kit.Native.Kernels.Single(k => k.Schema.Name == op);

    private static IEnumerable<(ConformanceCase Case, OpArguments Arguments)> Quick(string op, DTypes claim) =>
        ConformanceMatrix.Of(Kit.With(Native(op), Inplace.Never, strided: false, dtypes: claim), ConformanceExtent.Quick).Select(c => (c, c.Generate()));

    private static void AssertChosen<T>(string op, DTypes claim, Func<OpArguments, T> choice, params T[] expected)
    {
        foreach (IGrouping<DType, (ConformanceCase Case, OpArguments Arguments)> own in Quick(op, claim).GroupBy(c => c.Case.DType))
        {
            T[] chosen = [.. own.Select(c => choice(c.Arguments)).Distinct()];
            Assert.True(expected.All(chosen.Contains), $"{op} {own.Key} of {claim}: expected {string.Join(", ", expected)} among {string.Join(", ", chosen)}.");
        }
    }

    private static Tensor TensorOf(OpArguments arguments, string name) =>
        arguments.Tensors[arguments.Schema.Tensors.Index().Single(t => t.Item.Name == name).Index]!;

    private static float FactorOf(OpArguments arguments, string name) =>
        arguments.Attributes[arguments.Schema.Attributes.Index().Single(a => a.Item.Name == name).Index].Float;
}
