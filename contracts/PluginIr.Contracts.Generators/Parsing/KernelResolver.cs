using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Emitting;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;

namespace PluginIr.Generators.Parsing;

/// <summary>Sees all classes of kernels together with all known ops, and keeps the kernels that are right.</summary>
internal sealed class KernelResolver
{
    private readonly Dictionary<string, KnownOp> _ops = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProviderDeclaration> _firstOfProvider = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Provider, string Op), string> _registered = [];
    private readonly List<DiagnosticInfo> _diagnostics = [];

    private KernelResolver(EquatableArray<KnownOp> known)
    {
        foreach (KnownOp op in known.Where(op => !_ops.ContainsKey(op.Name)))
            _ops.Add(op.Name, op);
    }

    public static Resolved<ProviderModel> Resolve(ImmutableArray<ProviderDeclaration> declarations, EquatableArray<KnownOp> known)
    {
        var resolver = new KernelResolver(known);
        List<ProviderModel> providers = [.. declarations.Select(resolver.Provider).OfType<ProviderModel>()];
        return new Resolved<ProviderModel>(
            new EquatableArray<ProviderModel>(providers), new EquatableArray<DiagnosticInfo>(resolver._diagnostics));
    }

    private ProviderModel? Provider(ProviderDeclaration declaration)
    {
        _diagnostics.AddRange(declaration.Diagnostics);
        if (!declaration.IsUsable)
            return null;
        if (!_firstOfProvider.TryGetValue(declaration.Name, out ProviderDeclaration? first))
        {
            _firstOfProvider.Add(declaration.Name, declaration);
        }
        else if (first.Device != declaration.Device)
        {
            Report(
                Rules.DevicesDiffer, declaration.Location,
                declaration.Name, first.Class.FullName, first.Device, declaration.Class.FullName, declaration.Device);
        }

        // Instance methods are reported where misplaced kernels are.
        IEnumerable<KernelModel> kernels = declaration.Kernels
            .Where(k => k.Method.IsStatic)
            .Select(k => Kernel(declaration, k))
            .OfType<KernelModel>();
        return new ProviderModel(
            declaration.Class, declaration.Name, declaration.Device, declaration.Supported, declaration.Dispose,
            new EquatableArray<KernelModel>(kernels));
    }

    private KernelModel? Kernel(ProviderDeclaration provider, KernelDeclaration kernel)
    {
        int before = _diagnostics.Count;
        string method = provider.Class.FullName + "." + kernel.Method.Name;
        if (_registered.TryGetValue((provider.Name, kernel.Op), out string? other))
            Report(Rules.KernelTwice, kernel.Location, provider.Name, kernel.Op, other, method);
        else
            _registered.Add((provider.Name, kernel.Op), method);
        if (kernel.Options.Alignment is not (1 or 16 or 64))
            Report(Rules.Alignment, kernel.Location, method, $"{kernel.Options.Alignment}");
        if (Schema(kernel, method) is not { } names)
            return null;
        CheckSignatures(kernel, method, names);
        CheckWithout(kernel, method, names);
        return _diagnostics.Count == before
            ? new KernelModel(names.Schema.Text, kernel.Method.Name, kernel.SupportsArgs, kernel.Options)
            : null;
    }

    private SchemaNames? Schema(KernelDeclaration kernel, string method)
    {
        bool isKnown = _ops.TryGetValue(kernel.Op, out KnownOp? op);
        if (isKnown && kernel.Options.Inplace != InplaceMode.Never && !op!.AllowInplace)
            Report(Rules.InplaceNotAllowed, kernel.Location, method, kernel.Options.Inplace.ToString(), op.Name);
        if (kernel.Schema is null)
        {
            if (!isKnown)
                Report(Rules.UnknownOp, kernel.Location, method, kernel.Op, Suggestion(kernel.Op));
            return isKnown ? SchemaReader.Read(op!.Schema, kernel.Location, _diagnostics) : null;
        }

        if (SchemaReader.Read(kernel.Schema, kernel.Location, _diagnostics) is not { } names)
            return null;
        if (names.Schema.Name != kernel.Op)
        {
            Report(
                Rules.SchemaDiffers, kernel.Location, method, $"a schema of op '{kernel.Op}'", kernel.Schema, "Make the two names equal.");
            return null;
        }

        if (!isKnown || op!.Schema == names.Schema.Text)
            return names;
        Report(
            Rules.SchemaDiffers, kernel.Location, method, $"'{op.Schema}', as '{op.Declarer}' declares it", kernel.Schema,
            "Drop Schema, or copy the declared text.");
        return null;
    }

    private void CheckSignatures(KernelDeclaration kernel, string method, SchemaNames names)
    {
        SignatureRule rule = SignatureRule.Kernel(names);
        if (!rule.IsMetBy(kernel.Method))
        {
            Report(
                Rules.KernelSignature, kernel.Method.Location,
                method, names.Schema.Text, rule.Describe(kernel.Method.Name), SignatureRule.Describe(kernel.Method));
        }

        rule = SignatureRule.Predicate(names);
        if (kernel.SupportsArgs is { } predicate && !kernel.Predicates.Any(rule.IsMetBy))
        {
            Report(
                Rules.PredicateSignature, kernel.Predicates.FirstOrDefault()?.Location ?? kernel.Location,
                method, rule.Describe(predicate), SignatureRule.DescribeFound(kernel.Predicates));
        }
    }

    private void CheckWithout(KernelDeclaration kernel, string method, SchemaNames names)
    {
        List<string> optional = [.. names.Schema.Parameters.Where(p => p.IsOptional).Select(p => p.Name).Take(CallChecksCode.MaxOptionals)];
        foreach (string name in kernel.Options.Without.Where(name => !optional.Contains(name)))
        {
            string expected = optional.Count == 0 ? "and it has none" : $"({string.Join(", ", optional)})";
            Report(Rules.NotOptional, kernel.Location, method, names.Schema.Name, expected, name);
        }
    }

    private string Suggestion(string op) => NearestName.Find(op, _ops.Keys) is { } nearest
        ? $"The nearest known op is '{nearest}'."
        : "No op is known: reference the assembly that declares it.";

    private void Report(DiagnosticDescriptor rule, LocationInfo? location, params string[] arguments) =>
        _diagnostics.Add(DiagnosticInfo.Create(rule, location, arguments));
}
