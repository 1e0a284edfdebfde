namespace PluginIr.Graphs;

/// <summary>Declares a fusion: calls that the compiler puts others in the place of. The class is static and has these members, not private:</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>GraphValue[] Pattern(IrGraphBuilder graph, FusionVariables variables)</c>: the calls that are looked for, and those of their
/// results that may be used outside; the first must come from the last call;</item>
/// <item><c>GraphValue[] Replacement(IrGraphBuilder graph, FusionVariables variables)</c>: one call of an op, and the values that take the
/// results' places, in the same order.</item>
/// </list>
/// It is applied where the compiler finds the two equal, within the op's tolerance, on inputs that the op generates, and where a kernel
/// other than native serves the op, or the caller asks for it.
/// </remarks>
/// <param name="name">The fusion's name, matching <c>[a-z_][a-z_0-9]*</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FusionAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
