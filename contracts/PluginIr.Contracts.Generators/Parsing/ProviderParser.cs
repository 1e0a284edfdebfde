using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Model;
using PluginIr.Schemas;

namespace PluginIr.Generators.Parsing;

/// <summary>Reads a class of kernels. Whether the kernels are right is seen later, when all ops are known.</summary>
internal sealed class ProviderParser
{
    private readonly INamedTypeSymbol _type;
    private readonly AttributeReader _attribute;
    private readonly LocationInfo? _location;
    private readonly List<DiagnosticInfo> _diagnostics = [];

    private ProviderParser(INamedTypeSymbol type, AttributeData attribute)
    {
        _type = type;
        _attribute = new AttributeReader(attribute);
        _location = LocationInfo.Of(attribute, type);
    }

    public static ProviderDeclaration? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var parser = new ProviderParser((INamedTypeSymbol)context.TargetSymbol, context.Attributes[0]);
        return parser._attribute.Text is { } name ? parser.Declaration(name, cancellation) : null;
    }

    private ProviderDeclaration Declaration(string name, CancellationToken cancellation)
    {
        string device = _attribute.Named<string>("Device") ?? "cpu";
        if (SymbolReader.ClassProblem(_type, _location, cancellation) is { } problem)
            _diagnostics.Add(problem);
        if (!SchemaParser.IsName(name))
            Report(Rules.BadName, "provider name", name);
        if (name is "native" or "unfused")
            Report(Rules.ReservedProvider, name);
        if (!SchemaParser.IsName(device))
            Report(Rules.BadName, "device kind", device);
        bool isUsable = _diagnostics.Count == 0;
        return new ProviderDeclaration(
            SymbolReader.Class(_type), _location, name, device,
            Method(name, "Supported", SignatureRule.Supported),
            Method(name, "Dispose", SignatureRule.Dispose),
            new EquatableArray<KernelDeclaration>(Kernels()),
            isUsable,
            new EquatableArray<DiagnosticInfo>(_diagnostics));
    }

    private string? Method(string provider, string property, SignatureRule rule)
    {
        if (_attribute.Named<string>(property) is not { } name)
            return null;
        EquatableArray<MethodModel> found = SymbolReader.Methods(_type, name);
        if (found.Any(rule.IsMetBy))
            return name;
        Report(Rules.ProviderMethod, property, provider, rule.Describe(name), _type.Name, SignatureRule.DescribeFound(found));
        return null;
    }

    private IEnumerable<KernelDeclaration> Kernels() =>
        from method in _type.GetMembers().OfType<IMethodSymbol>()
        from attribute in method.GetAttributes()
        where attribute.AttributeClass?.ToDisplayString() == MetadataNames.Kernel
        let kernel = Kernel(method, attribute)
        where kernel is not null
        select kernel;

    private KernelDeclaration? Kernel(IMethodSymbol method, AttributeData attribute)
    {
        var reader = new AttributeReader(attribute);
        if (reader.Text is not { } op)
            return null;
        string? predicate = reader.Named<string>("SupportsArgs");
        var options = new KernelOptions(
            reader.NamedValue<int>("DTypes"),
            (InplaceMode)(reader.NamedValue<byte>("Inplace") ?? 0),
            reader.NamedValue<bool>("BatchInvariant") ?? false,
            reader.NamedValue<bool>("Strided") ?? false,
            reader.NamedValue<int>("Alignment") ?? 1,
            reader.NamedValue<bool>("SameDType") ?? false,
            new EquatableArray<string>(Names(reader.Named<string>("Without"))));
        return new KernelDeclaration(
            LocationInfo.Of(attribute, method), op, reader.Named<string>("Schema"), SymbolReader.Method(method), predicate,
            predicate is null ? default : SymbolReader.Methods(_type, predicate), options);
    }

    private static IEnumerable<string> Names(string? text) => (text ?? "").Split(',').Select(name => name.Trim()).Where(name => name.Length > 0);

    private void Report(DiagnosticDescriptor rule, params string[] arguments) =>
        _diagnostics.Add(DiagnosticInfo.Create(rule, _location, arguments));
}
