using System;
using System.Collections.Generic;
using System.Linq;
using PluginIr.Schemas;

namespace PluginIr.Generators.Parsing;

/// <summary>Finds what a misspelt name may have meant.</summary>
internal static class NearestName
{
    /// <summary>The name with the fewest edits between it and the wanted one; null when there are no names.</summary>
    public static string? Find(string wanted, IEnumerable<string> names) =>
        names.OrderBy(n => EditDistance.Between(wanted, n)).ThenBy(n => n, StringComparer.Ordinal).FirstOrDefault();
}
