using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Model;
using PluginIr.Schemas;

namespace PluginIr.Generators.Parsing;

/// <summary>Reads a class that declares a fusion.</summary>
internal static class FusionParser
{
    private static readonly string[] s_methods = ["Pattern", "Replacement"];

    public static Resolved<FusionModel> Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var attribute = new AttributeReader(context.Attributes[0]);
        LocationInfo? location = LocationInfo.Of(context.Attributes[0], type);
        var diagnostics = new List<DiagnosticInfo>();
        if (attribute.Text is not { } name)
            return new Resolved<FusionModel>(default, default);
        if (!SchemaParser.IsName(name))
            diagnostics.Add(DiagnosticInfo.Create(Rules.BadName, location, "fusion name", name));
        if (!type.IsStatic || type.IsGenericType || type.ContainingType is not null)
            diagnostics.Add(DiagnosticInfo.Create(Rules.FusionClass, location, type.Name));
        foreach (string method in s_methods)
        {
            EquatableArray<MethodModel> found = SymbolReader.Methods(type, method);
            if (!found.Any(m => SignatureRule.Fusion.IsMetBy(m) && !m.IsPrivate))
                diagnostics.Add(DiagnosticInfo.Create(Rules.FusionSignature, location, name, SignatureRule.Fusion.Describe(method), SignatureRule.DescribeFound(found)));
        }

        IEnumerable<FusionModel> models = diagnostics.Count == 0 ? [new FusionModel(SymbolReader.Class(type), name)] : [];
        return new Resolved<FusionModel>(new EquatableArray<FusionModel>(models), new EquatableArray<DiagnosticInfo>(diagnostics));
    }
}
