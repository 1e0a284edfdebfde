using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Model;

namespace PluginIr.Generators.Parsing;

/// <summary>Sees all op declarations together: an op's name is declared once, here or in one referenced assembly.</summary>
internal static class OpResolver
{
    public static Resolved<OpModel> Resolve(ImmutableArray<OpDeclaration> declarations, EquatableArray<KnownOp> referenced)
    {
        var models = new List<OpModel>();
        var diagnostics = new List<DiagnosticInfo>();
        var declarers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (KnownOp op in referenced)
            declarers[op.Name] = op.Declarer;
        foreach (OpDeclaration declaration in declarations)
        {
            diagnostics.AddRange(declaration.Diagnostics);
            if (declaration.Op is not { } op)
                continue;
            if (declarers.TryGetValue(op.Name, out string? other))
            {
                diagnostics.Add(DiagnosticInfo.Create(Rules.OpTwice, declaration.Location, op.Name, other, op.Declarer));
                continue;
            }

            declarers.Add(op.Name, op.Declarer);
            if (declaration.Model is { } model)
                models.Add(model);
        }

        return new Resolved<OpModel>(new EquatableArray<OpModel>(models), new EquatableArray<DiagnosticInfo>(diagnostics));
    }

    /// <summary>What kernels may implement: ops of referenced assemblies and of this compilation, those with errors included.</summary>
    public static EquatableArray<KnownOp> Known(ImmutableArray<OpDeclaration> declarations, EquatableArray<KnownOp> referenced) =>
        new(referenced.Concat(declarations.Select(d => d.Op).OfType<KnownOp>()));
}
