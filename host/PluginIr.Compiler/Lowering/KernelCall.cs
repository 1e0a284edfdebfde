using PluginIr.Compiler.Graphs;
using PluginIr.Dispatch;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Lowering;

/// <summary>What kernels are asked about: a node's call, at every size at which the graph's predicates are asked.</summary>
/// <param name="Traits">The call's traits.</param>
/// <param name="Sizes">The sizes; one when the call is the same at all.</param>
/// <param name="Inputs">The inputs, null for absent ones.</param>
/// <param name="Attributes">The attributes.</param>
internal sealed record KernelCall(CallTraits Traits, IReadOnlyList<long> Sizes, ValueInfo?[] Inputs, AttributeValue[] Attributes)
{
    /// <summary>True when an input's shape depends on the size.</summary>
    public bool IsSymbolic => Inputs.Any(i => i is { Spec.IsSymbolic: true });

    /// <summary>The call at one size.</summary>
    public SpecArguments At(long size) => new(CallInference.SpecsAt(Inputs, size), Attributes);
}
