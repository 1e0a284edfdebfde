namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>One thing to measure.</summary>
/// <param name="Op">The op.</param>
/// <param name="DType">The activations' dtype.</param>
/// <param name="Rows">Rows of the activation; for attention the keys, for which there is one query.</param>
/// <param name="Hidden">Elements of a row; for rotary_embedding and attention those of all query heads, for linear those of x.</param>
/// <param name="Cold">Each call is on other memory, so that no cache holds what it reads: as each layer of a model is of other weights.</param>
internal sealed record OpCase(string Op, DType DType, long Rows, long Hidden, bool Cold = false)
{
    /// <inheritdoc/>
    public override string ToString() => Describe(Op, DType.ShortName(), Rows, Hidden, Cold);

    /// <summary>A case in a few words, as messages and plots show it.</summary>
    public static string Describe(string op, string dtype, long rows, long hidden, bool cold) => $"{op} {dtype} {rows}x{hidden}{(cold ? " cold" : "")}";
}
