using PluginIr.Schemas;

namespace PluginIr.Runtime;

/// <summary>Finds what a misspelt name may have meant.</summary>
internal static class NearestName
{
    /// <summary>The known names nearest to a name, nearest first, at most three, none that differs in more than half its letters.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known) =>
        [.. known
            .Select(k => (Name: k, Distance: EditDistance.Between(name, k)))
            .Where(k => k.Distance <= Math.Max(name.Length, k.Name.Length) / 2)
            .OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal)
            .Take(3).Select(k => k.Name)];

    /// <summary>The end of a message: <c> Did you mean 'rms_norm'?</c>, or the known names when none is near.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        IReadOnlyList<string> nearest = Of(name, known);
        return nearest.Count > 0
            ? $" Did you mean {string.Join(" or ", nearest.Select(n => $"'{n}'"))}?"
            : $" Known are {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
    }
}
