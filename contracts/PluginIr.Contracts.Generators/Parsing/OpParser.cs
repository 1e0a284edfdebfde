using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;
using PluginIr.Schemas;

namespace PluginIr.Generators.Parsing;

/// <summary>Reads an op class. All its rules but the one that names are used once can be checked here.</summary>
internal sealed class OpParser
{
    private readonly INamedTypeSymbol _type;
    private readonly AttributeReader _attribute;
    private readonly LocationInfo? _location;
    private readonly List<DiagnosticInfo> _diagnostics = [];

    private OpParser(INamedTypeSymbol type, AttributeData attribute)
    {
        _type = type;
        _attribute = new AttributeReader(attribute);
        _location = LocationInfo.Of(attribute, type);
    }

    public static OpDeclaration? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var parser = new OpParser((INamedTypeSymbol)context.TargetSymbol, context.Attributes[0]);
        return parser._attribute.Text is { } text ? parser.Declaration(text, cancellation) : null;
    }

    private OpDeclaration Declaration(string text, CancellationToken cancellation)
    {
        ClassModel type = SymbolReader.Class(_type);
        if (SymbolReader.ClassProblem(_type, _location, cancellation) is { } problem)
            _diagnostics.Add(problem);
        KnownOp? known = null;
        OpModel? model = null;
        if (SchemaReader.Read(text, _location, _diagnostics) is { } names)
        {
            bool allowInplace = _attribute.NamedValue<bool>("AllowInplace") ?? false;
            known = new KnownOp(names.Schema.Text, allowInplace, type.FullName);
            model = Model(type, names, allowInplace, cancellation);
        }

        return new OpDeclaration(_location, known, _diagnostics.Count == 0 ? model : null, new EquatableArray<DiagnosticInfo>(_diagnostics));
    }

    private OpModel? Model(ClassModel type, SchemaNames names, bool allowInplace, CancellationToken cancellation)
    {
        OpSchema schema = names.Schema;
        if (schema.Tensors.All(t => t.IsOptional))
            Report(Rules.NoTensor, schema.Text);
        IReadOnlyList<string> activations = Activations(schema, allowInplace);
        (MethodModel? native, InplaceMode inplace) = Native(names, allowInplace);
        MethodModel? infer = Find(Rules.InferSignature, names, "Infer", SignatureRule.Infer(names));
        Find(Rules.GenerateSignature, names, "Generate", SignatureRule.Generate);
        return native is null || infer is null
            ? null
            : new OpModel(
                type, schema.Text, new EquatableArray<string>(activations), allowInplace, native.Name, inplace, infer.IsPrivate,
                new EquatableArray<ToleranceModel>(Tolerances()), SymbolReader.Summary(_type, cancellation));
    }

    private IReadOnlyList<string> Activations(OpSchema schema, bool allowInplace)
    {
        string? given = _attribute.Named<string>("Activations");
        List<string> names = given is null
            ? [.. schema.Tensors.Select(t => t.Name).Where(n => n[0] == 'x')]
            : [.. given.Split([','], StringSplitOptions.RemoveEmptyEntries).Select(n => n.Trim())];
        int before = _diagnostics.Count;
        List<string> required = [.. schema.Tensors.Where(t => !t.IsOptional).Select(t => t.Name)];
        for (int i = 0; i < names.Count; i++)
        {
            SchemaParameter? parameter = schema.Parameters.FirstOrDefault(p => p.Name == names[i]);
            string? found = parameter is null ? "no input of that name"
                : names.IndexOf(names[i]) < i ? "it named twice"
                : required.Contains(names[i]) ? null
                : $"'{parameter}'";
            if (found is not null)
                Report(Rules.NotAnActivation, names[i], schema.Text, string.Join(", ", required), found);
        }

        if (allowInplace && names.Count != schema.Outputs.Count && _diagnostics.Count == before)
        {
            Report(
                Rules.InplaceCounts, schema.Text, $"{schema.Outputs.Count}", $"{names.Count}",
                names.Count == 0 ? "none" : string.Join(", ", names));
        }

        return names;
    }

    private (MethodModel? Method, InplaceMode Inplace) Native(SchemaNames names, bool allowInplace)
    {
        List<(IMethodSymbol Method, AttributeData Attribute)> marked =
        [
            .. from method in _type.GetMembers().OfType<IMethodSymbol>()
               from attribute in method.GetAttributes()
               where attribute.AttributeClass?.ToDisplayString() == MetadataNames.Native
               select (method, attribute),
        ];
        SignatureRule rule = SignatureRule.Kernel(names);
        List<MethodModel> methods = [.. marked.Select(m => SymbolReader.Method(m.Method))];
        if (methods.Count != 1 || !rule.IsMetBy(methods[0]))
        {
            ReportAt(
                methods.FirstOrDefault()?.Location, Rules.NativeSignature,
                names.Schema.Name, rule.Describe("Native"), SignatureRule.DescribeFound(methods));
            return (null, InplaceMode.Never);
        }

        InplaceMode inplace = (InplaceMode)(new AttributeReader(marked[0].Attribute).NamedValue<byte>("Inplace") ?? 0);
        if (inplace != InplaceMode.Never && !allowInplace)
            ReportAt(methods[0].Location, Rules.InplaceNotAllowed, methods[0].Name, inplace.ToString(), names.Schema.Name);
        return (methods[0], inplace);
    }

    private MethodModel? Find(DiagnosticDescriptor missing, SchemaNames names, string method, SignatureRule rule)
    {
        EquatableArray<MethodModel> found = SymbolReader.Methods(_type, method);
        if (found.FirstOrDefault(rule.IsMetBy) is { } right)
            return right;
        ReportAt(found.FirstOrDefault()?.Location, missing, names.Schema.Name, rule.Describe(method), SignatureRule.DescribeFound(found));
        return null;
    }

    private IEnumerable<ToleranceModel> Tolerances() =>
        from attribute in _type.GetAttributes()
        where attribute.AttributeClass?.ToDisplayString() == MetadataNames.Tolerance && attribute.ConstructorArguments.Length == 3
        let values = attribute.ConstructorArguments
        where values[0].Value is byte && values[1].Value is double && values[2].Value is double
        select new ToleranceModel((byte)values[0].Value!, (double)values[1].Value!, (double)values[2].Value!);

    private void Report(DiagnosticDescriptor rule, params string[] arguments) => ReportAt(_location, rule, arguments);

    private void ReportAt(LocationInfo? location, DiagnosticDescriptor rule, params string[] arguments) =>
        _diagnostics.Add(DiagnosticInfo.Create(rule, location ?? _location, arguments));
}
