using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;

namespace PluginIr.Generators.Parsing;

/// <summary>Reads symbols into models.</summary>
internal static class SymbolReader
{
    private static readonly SymbolDisplayFormat s_type = SymbolDisplayFormat.FullyQualifiedFormat
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static ClassModel Class(INamedTypeSymbol type) => new(
        type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(s_type),
        Identifiers.Escape(type.Name),
        type.DeclaredAccessibility == Accessibility.Public);

    /// <summary>The diagnostic for a class that cannot be given another part; null when it can.</summary>
    public static DiagnosticInfo? ClassProblem(INamedTypeSymbol type, LocationInfo? location, CancellationToken cancellation)
    {
        bool isPartial = type.DeclaringSyntaxReferences.Any(r =>
            r.GetSyntax(cancellation) is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));
        var problems = new List<string>();
        if (!type.IsStatic)
            problems.Add(type.IsRecord ? "a record" : "not static");
        if (!isPartial)
            problems.Add("not partial");
        if (type.IsGenericType)
            problems.Add("generic");
        if (type.ContainingType is not null)
            problems.Add("nested");
        if (type.IsFileLocal)
            problems.Add("file-local");
        return problems.Count == 0
            ? null
            : DiagnosticInfo.Create(Rules.ClassShape, location, type.ToDisplayString(s_type), string.Join(" and ", problems));
    }

    public static MethodModel Method(IMethodSymbol method) => new(
        method.Name,
        method.IsStatic,
        method.IsGenericMethod,
        method.DeclaredAccessibility == Accessibility.Private,
        new EquatableArray<string>(Returns(method)),
        (method.RefKind == RefKind.None ? "" : "ref ") + method.ReturnType.ToDisplayString(s_type),
        new EquatableArray<ParameterModel>(method.Parameters.Select(Parameter)),
        LocationInfo.Of(method));

    /// <summary>The methods of a class that have a name.</summary>
    public static EquatableArray<MethodModel> Methods(INamedTypeSymbol type, string name) =>
        new(type.GetMembers(name).OfType<IMethodSymbol>().Select(Method));

    /// <summary>The XML inside a class's summary; null when there is none.</summary>
    public static string? Summary(INamedTypeSymbol type, CancellationToken cancellation)
    {
        string? xml = type.GetDocumentationCommentXml(cancellationToken: cancellation);
        if (string.IsNullOrWhiteSpace(xml))
            return null;
        try
        {
            XElement? summary = XElement.Parse(xml).Element("summary");
            return summary is null ? null : string.Concat(summary.Nodes().Select(n => n.ToString(SaveOptions.DisableFormatting))).Trim();
        }
        catch (XmlException)
        {
            return null; // The compiler itself warns of docs that are not well formed.
        }
    }

    private static IEnumerable<string> Returns(IMethodSymbol method)
    {
        if (method.ReturnsVoid)
            return [];
        if (method.RefKind != RefKind.None)
            return ["ref " + method.ReturnType.ToDisplayString(s_type)];
        return method.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple
            ? tuple.TupleElements.Select(e => e.Type.ToDisplayString(s_type))
            : [method.ReturnType.ToDisplayString(s_type)];
    }

    private static ParameterModel Parameter(IParameterSymbol parameter) => new(
        RefKindText(parameter.RefKind) + parameter.Type.ToDisplayString(s_type),
        parameter.Type.IsReferenceType && parameter.NullableAnnotation == NullableAnnotation.None,
        parameter.Name);

    private static string RefKindText(RefKind kind) => kind switch
    {
        RefKind.None => "",
        RefKind.Ref => "ref ",
        RefKind.Out => "out ",
        RefKind.In => "in ",
        _ => "ref readonly ",
    };
}
