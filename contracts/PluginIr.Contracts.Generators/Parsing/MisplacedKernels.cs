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
        if (context.TargetSymbol is not IMethodSymbol method)
            return null; // an error of C# by itself
        bool isInProvider = method.ContainingType.GetAttributes()
            .Any(a => a.AttributeClass?.ToDisplayString() == MetadataNames.KernelProvider);
        string? found = Misfit(method) ?? (isInProvider ? null : $"it in '{method.ContainingType.Name}', which is not");
        return found is null
            ? null
            : DiagnosticInfo.Create(Rules.MisplacedKernel, LocationInfo.Of(context.Attributes[0], method), method.Name is "" ? "=>" : method.Name, found);
    }

    private static string? Misfit(IMethodSymbol method) => method.MethodKind switch
    {
        MethodKind.LocalFunction => "a local function",
        MethodKind.AnonymousFunction => "a lambda",
        MethodKind.Ordinary => method.IsStatic ? null : "an instance method",
        _ => "an accessor or an operator",
    };
}
