using System;
using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Model;

namespace PluginIr.Generators.Emitting;

/// <summary>Names the files that are written for classes.</summary>
internal static class FileNames
{
    /// <summary>Each model with the name of its class, numbered when another's differs from it in case alone, which the compiler ignores in files.</summary>
    public static IEnumerable<(T Model, string File)> Of<T>(IEnumerable<T> models, Func<T, ClassModel> classOf) => models
        .GroupBy(m => Plain(classOf(m)), StringComparer.OrdinalIgnoreCase)
        .SelectMany(alike => alike
            .OrderBy(m => Plain(classOf(m)), StringComparer.Ordinal)
            .Select((m, i) => (m, Plain(classOf(m)) + (i == 0 ? "" : $"-{i + 1}"))));

    private static string Plain(ClassModel type) => type.FullName.Replace("@", "");
}
