using PluginIr.Schemas;

namespace PluginIr.Graphs;

/// <summary>What the graph-building twins of typed calls hang on: <c>graph.RmsNorm(x, weight, 1e-6f)</c>. The host's compiler derives from it.</summary>
/// <remarks>It lives in the contracts because the twins are generated beside the typed calls, in plugins too.</remarks>
public abstract class IrGraphBuilder
{
    /// <summary>Adds a call of an op.</summary>
    /// <param name="schema">The op's canonical schema text.</param>
    /// <param name="isDonating">True for the maybe_inplace overload, which donates the activations.</param>
    /// <param name="inputs">The tensor inputs in schema order; null for optional ones that are not given.</param>
    /// <param name="attributes">The other inputs in schema order.</param>
    /// <returns>The outputs in schema order.</returns>
    /// <exception cref="OpArgumentException">The op does not take these inputs.</exception>
    /// <exception cref="ArgumentException">The op is not known, or an input belongs to another graph.</exception>
    public abstract GraphValue[] Call(
        string schema, bool isDonating, ReadOnlySpan<GraphValue?> inputs, ReadOnlySpan<GraphAttribute> attributes);
}
