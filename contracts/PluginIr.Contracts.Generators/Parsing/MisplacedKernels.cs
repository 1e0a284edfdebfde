using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Model;

namespace PluginIr.Generators.Parsing;

/// <summary>Finds kernels that no class of kernels would register.</summary>
internal static class MisplacedKernels
{
    public static DiagnosticInfo? Find(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ISymbol method = context.TargetSymbol;
        bool isInProvider = method.ContainingType.GetAttributes()
            .Any(a => a.AttributeClass?.ToDisplayString() == MetadataNames.KernelProvider);
        string? found = !isInProvider ? $"it in '{method.ContainingType.Name}', which is not" : !method.IsStatic ? "an instance method" : null;
        return found is null
            ? null
            : DiagnosticInfo.Create(Rules.MisplacedKernel, LocationInfo.Of(context.Attributes[0], method), method.Name, found);
    }
}
