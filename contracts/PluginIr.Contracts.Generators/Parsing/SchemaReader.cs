using System;
using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;
using PluginIr.Schemas;

namespace PluginIr.Generators.Parsing;

/// <summary>Reads schema text from an attribute.</summary>
internal static class SchemaReader
{
    /// <summary>The schema with its C# names; null, with a diagnostic added, for text that is none or that C# has no names for.</summary>
    public static SchemaNames? Read(string text, LocationInfo? location, ICollection<DiagnosticInfo> diagnostics)
    {
        OpSchema schema;
        try
        {
            schema = OpSchema.Parse(text);
        }
        catch (FormatException malformed)
        {
            diagnostics.Add(DiagnosticInfo.Create(Rules.MalformedSchema, location, malformed.Message.TrimEnd('.')));
            return null;
        }

        // The parser takes any name as a dtype's, because it does not know them.
        foreach (SchemaParameter parameter in schema.Parameters.Where(p => p.DefaultText is not null && Literals.Default(p) is null))
        {
            diagnostics.Add(DiagnosticInfo.Create(
                Rules.MalformedSchema, location,
                $"Op schema '{text}': expected one of {Literals.DTypeNames} as the default of '{parameter.Name}', found '{parameter.DefaultText}'"));
            return null;
        }

        var names = new SchemaNames(schema);
        if (names.Collision is not { } collision)
            return names;
        diagnostics.Add(DiagnosticInfo.Create(Rules.NamesCoincide, location, schema.Text, collision));
        return null;
    }
}
