using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Model;
using PluginIr.Schemas;

namespace PluginIr.Generators.Parsing;

/// <summary>Reads a class that is the runtime of a kind of device.</summary>
internal static class DeviceRuntimeParser
{
    public static Resolved<DeviceRuntimeModel> Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var attribute = new AttributeReader(context.Attributes[0]);
        LocationInfo? location = LocationInfo.Of(context.Attributes[0], type);
        if (attribute.Text is not { } kind)
            return new Resolved<DeviceRuntimeModel>(default, default);

        var diagnostics = new List<DiagnosticInfo>();
        if (!SchemaParser.IsName(kind))
            diagnostics.Add(DiagnosticInfo.Create(Rules.BadName, location, "device kind", kind));
        if (kind == "cpu")
            diagnostics.Add(DiagnosticInfo.Create(Rules.ReservedDeviceKind, location, type.Name));
        List<string> problems = [.. ClassProblems(type)];
        if (problems.Count > 0)
            diagnostics.Add(DiagnosticInfo.Create(Rules.DeviceRuntimeClass, location, type.Name, string.Join(" and ", problems)));
        string? supported = attribute.Named<string>("Supported");
        if (supported is not null)
        {
            EquatableArray<MethodModel> found = SymbolReader.Methods(type, supported);
            if (!found.Any(m => SignatureRule.Supported.IsMetBy(m) && !m.IsPrivate))
            {
                diagnostics.Add(DiagnosticInfo.Create(
                    Rules.DeviceRuntimeMethod, location, kind, SignatureRule.Supported.Describe(supported), type.Name, SignatureRule.DescribeFound(found)));
            }
        }

        IEnumerable<DeviceRuntimeModel> models = diagnostics.Count == 0 ? [new DeviceRuntimeModel(SymbolReader.Class(type), kind, supported)] : [];
        return new Resolved<DeviceRuntimeModel>(
            new EquatableArray<DeviceRuntimeModel>(models), new EquatableArray<DiagnosticInfo>(diagnostics));
    }

    private static IEnumerable<string> ClassProblems(INamedTypeSymbol type)
    {
        if (!IsDerived(type))
            yield return "not derived from it";
        if (type.IsAbstract)
            yield return type.IsStatic ? "static" : "abstract";
        if (type.IsGenericType)
            yield return "generic";
        if (type.ContainingType is not null)
            yield return "nested";
        if (type.IsFileLocal)
            yield return "file-local";
        if (!type.IsStatic && !type.InstanceConstructors.Any(c => c.Parameters.Length == 0 && IsReachable(c)))
            yield return "without such a constructor";
    }

    private static bool IsDerived(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.ToDisplayString() == MetadataNames.DeviceRuntimeBase)
                return true;
        }

        return false;
    }

    private static bool IsReachable(IMethodSymbol constructor) =>
        constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;
}
