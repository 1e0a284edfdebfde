namespace PluginIr.Compiler.Graphs;

/// <summary>What lowering put in the place of an op: a kernel by its name, never the kernel itself, so that graphs keep no plugin loaded.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Inplace">How the kernel's outputs may relate to its activations.</param>
public sealed record KernelChoice(string Provider, Inplace Inplace)
{
    /// <summary>As graph text writes it: <c>[cpu_simd]</c>, <c>[vendor only]</c>.</summary>
    public override string ToString() => Inplace == Inplace.Never ? $"[{Provider}]" : $"[{Provider} {Inplace.ToString().ToLowerInvariant()}]";
}
