namespace PluginIr.Compiler.Lowering;

/// <summary>Which kernel a node was lowered to, and why. Names only: it keeps no plugin loaded.</summary>
/// <param name="Node">The node, by its first result: <c>%n1</c>.</param>
/// <param name="Op">The op's name.</param>
/// <param name="Provider">The kernel's provider.</param>
/// <param name="Candidates">Every kernel that was asked, in order.</param>
public sealed record Selection(string Node, string Op, string Provider, IReadOnlyList<SelectionCandidate> Candidates)
{
    /// <summary>Kernels that accept the node at some sizes of the graph's symbol only, and were passed over for that.</summary>
    public IEnumerable<SelectionCandidate> SizeDependent => Candidates.Where(c => c.DependsOnSize);
}
