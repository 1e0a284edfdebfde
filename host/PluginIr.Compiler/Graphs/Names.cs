namespace PluginIr.Compiler.Graphs;

/// <summary>What names in graphs may look like.</summary>
internal static class Names
{
    /// <summary>Letters, digits and underscores, no digit first: graphs, symbols, ops, providers.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text) => IsValue(text) && !char.IsAsciiDigit(text[0]);

    /// <summary>Letters, digits and underscores: values.</summary>
    public static bool IsValue(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!IsPart(c))
                return false;
        }

        return !text.IsEmpty;
    }

    /// <summary>What a provider may be called: lower case.</summary>
    public static bool IsProvider(ReadOnlySpan<char> text) => IsIdentifier(text) && !text.ContainsAnyInRange('A', 'Z');

    /// <summary>True for what names are made of.</summary>
    public static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
