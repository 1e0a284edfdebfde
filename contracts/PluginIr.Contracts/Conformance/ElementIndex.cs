namespace PluginIr.Conformance;

/// <summary>Names an element by its indices.</summary>
internal static class ElementIndex
{
    /// <summary><c>[2,17]</c> for a row-major position.</summary>
    public static string Describe(TensorSpec spec, long position)
    {
        Span<long> indices = stackalloc long[spec.Rank];
        for (int i = spec.Rank - 1; i >= 0; i--)
            (position, indices[i]) = Math.DivRem(position, spec[i]);
        return TensorSpec.Describe(indices);
    }
}
