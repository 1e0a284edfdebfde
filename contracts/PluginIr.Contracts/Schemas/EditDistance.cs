using System;
using System.Linq;

namespace PluginIr.Schemas;

/// <summary>How far two names are from each other.</summary>
internal static class EditDistance
{
    /// <summary>The fewest letters to put in, take out or replace that make one of the other.</summary>
    public static int Between(string a, string b)
    {
        // Levenshtein, 1966, with one row of the table at a time.
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
