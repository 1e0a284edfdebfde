using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using PluginIr.Generators.Model;

namespace PluginIr.Generators.Parsing;

/// <summary>The ops that referenced assemblies declare.</summary>
internal static class ReferencedOps
{
    public static EquatableArray<KnownOp> Read(Compilation compilation, CancellationToken cancellation)
    {
        var ops = new List<KnownOp>();
        foreach (IAssemblySymbol assembly in compilation.SourceModule.ReferencedAssemblySymbols.Where(MayDeclareOps))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (AttributeData attribute in assembly.GetAttributes())
            {
                if (attribute.AttributeClass?.ToDisplayString() == MetadataNames.DeclaredOp
                    && attribute.ConstructorArguments.Length == 2
                    && attribute.ConstructorArguments[0].Value is string schema
                    && schema.IndexOf('(') > 0
                    && attribute.ConstructorArguments[1].Value is bool allowInplace)
                {
                    ops.Add(new KnownOp(schema, allowInplace, assembly.Name));
                }
            }
        }

        return new EquatableArray<KnownOp>(ops);
    }

    // Reading attributes loads metadata, so the many assemblies that know nothing of PluginIr are left alone.
    private static bool MayDeclareOps(IAssemblySymbol assembly) =>
        assembly.Name == MetadataNames.ContractsAssembly
        || assembly.Modules.Any(m => m.ReferencedAssemblies.Any(r => r.Name == MetadataNames.ContractsAssembly));
}
