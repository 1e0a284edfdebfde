using System.Globalization;
using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Text;

/// <summary>Shapes as graph text writes them: <c>[2*T,16]</c>.</summary>
internal static class ShapeText
{
    /// <summary>Reads a shape.</summary>
    /// <exception cref="GraphException">The text is no shape, or names another symbol.</exception>
    public static Dim[] Parse(string text, Symbol? symbol)
    {
        if (text is not ['[', .. string inner, ']'])
            throw new GraphException($"A shape is sizes in brackets, such as [8,16]; found '{text}'.");
        if (inner.Length == 0)
            return [];
        string[] parts = inner.Split(',');
        if (parts.Length > TensorSpec.MaxRank)
            throw new GraphException($"A shape has at most {TensorSpec.MaxRank} sizes; found {parts.Length}.");
        return [.. parts.Select(part => ParseSize(part.Trim(), symbol))];
    }

    /// <summary>Writes a shape.</summary>
    public static string Print(ReadOnlySpan<Dim> shape, string symbol) => $"[{string.Join(",", shape.ToArray().Select(d => d.ToText(symbol)))}]";

    /// <summary>Reads one size: <c>16</c>, <c>T</c>, <c>2*T</c>, <c>T+3</c>, <c>2*T-3</c>.</summary>
    public static Dim ParseSize(string text, Symbol? symbol)
    {
        if (TryNumber(text, out long constant))
            return constant;
        int nameStart = text.IndexOf('*') + 1, nameEnd = nameStart;
        while (nameEnd < text.Length && Names.IsPart(text[nameEnd]))
            nameEnd++;
        ReadOnlySpan<char> name = text.AsSpan(nameStart, nameEnd - nameStart), rest = text.AsSpan(nameEnd);
        long factor = 1, added = 0;
        bool isSize = Names.IsIdentifier(name) && (nameStart == 0 || TryNumber(text.AsSpan(0, nameStart - 1), out factor)) && factor > 0 &&
                      (rest.IsEmpty || (rest.Length > 1 && rest[0] is '+' or '-' && TryNumber(rest[1..], out added)));
        if (!isSize)
            throw new GraphException($"A size is a number, the symbol, or the like of 2*T+3; found '{text}'.");
        if (symbol is null)
            throw new GraphException($"The size '{text}' needs a symbol; declare it after the inputs: where {name} in 1..64.");
        if (!name.SequenceEqual(symbol.Name))
            throw new GraphException($"The size '{text}' names '{name}'; the graph's symbol is {symbol.Name}.");
        return new Dim(factor, !rest.IsEmpty && rest[0] == '-' ? -added : added);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
