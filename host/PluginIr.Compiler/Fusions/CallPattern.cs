namespace PluginIr.Compiler.Fusions;

/// <summary>One side of a fusion, as data.</summary>
/// <param name="Values">Its tensors.</param>
/// <param name="Calls">Its calls, in order.</param>
/// <param name="Outputs">The values that are seen from outside.</param>
internal sealed record CallPattern(IReadOnlyList<PatternValue> Values, IReadOnlyList<PatternCall> Calls, IReadOnlyList<int> Outputs)
{
    /// <summary>The names of the variables: tensors and attributes.</summary>
    public IEnumerable<string> Variables =>
        Values.Select(v => v.Variable).Concat(Calls.SelectMany(c => c.Attributes).Select(a => a.Variable)).OfType<string>().Distinct();
}
