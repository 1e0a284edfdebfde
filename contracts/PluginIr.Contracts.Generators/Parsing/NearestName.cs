using System;
using System.Collections.Generic;
using System.Linq;

namespace PluginIr.Generators.Parsing;

/// <summary>Finds what a misspelt name may have meant.</summary>
internal static class NearestName
{
    /// <summary>The name with the fewest edits between it and the wanted one; null when there are no names.</summary>
    public static string? Find(string wanted, IEnumerable<string> names) =>
        names.OrderBy(n => Distance(wanted, n)).ThenBy(n => n, StringComparer.Ordinal).FirstOrDefault();

    // Levenshtein, 1966, with one row of the table at a time.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
