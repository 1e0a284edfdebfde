using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PluginIr.Generators.Diagnostics;
using PluginIr.Generators.Emitting;
using PluginIr.Generators.Model;
using PluginIr.Generators.Parsing;

namespace PluginIr.Generators;

/// <summary>Writes registration and typed calls for <c>[Op]</c>, <c>[KernelProvider]</c> and <c>[DeviceRuntime]</c> classes, and checks them.</summary>
/// <remarks>
/// Symbols become declarations, declarations become models (<see cref="OpResolver"/>, <see cref="KernelResolver"/>), models become
/// source. Everything between is compared by value, and models hold no places in the source, so that an edit elsewhere
/// makes nothing be written again.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class KernelGenerator : IIncrementalGenerator
{
    /// <summary>The name that the step before each op's emission is tracked by.</summary>
    public const string OpsStep = "Ops";

    /// <summary>The name that the step before each provider class's emission is tracked by.</summary>
    public const string ProvidersStep = "Providers";

    /// <summary>The name that the step before the plugin's emission is tracked by.</summary>
    public const string PluginStep = "Plugin";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<ImmutableArray<OpDeclaration>> opDeclarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(MetadataNames.Op, IsClass, OpParser.Parse)
            .Where(d => d is not null).Select((d, _) => d!).Collect();
        IncrementalValueProvider<ImmutableArray<ProviderDeclaration>> providerDeclarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(MetadataNames.KernelProvider, IsClass, ProviderParser.Parse)
            .Where(d => d is not null).Select((d, _) => d!).Collect();
        IncrementalValuesProvider<DiagnosticInfo> misplaced = context.SyntaxProvider
            .ForAttributeWithMetadataName(MetadataNames.Kernel, (_, _) => true, MisplacedKernels.Find)
            .Where(d => d is not null).Select((d, _) => d!);
        IncrementalValuesProvider<Resolved<FusionModel>> fusions = context.SyntaxProvider
            .ForAttributeWithMetadataName(MetadataNames.Fusion, IsClass, FusionParser.Parse);
        IncrementalValuesProvider<Resolved<DeviceRuntimeModel>> runtimes = context.SyntaxProvider
            .ForAttributeWithMetadataName(MetadataNames.DeviceRuntime, IsClass, DeviceRuntimeParser.Parse);
        IncrementalValueProvider<EquatableArray<KnownOp>> referenced = context.CompilationProvider.Select(ReferencedOps.Read);

        IncrementalValueProvider<Resolved<OpModel>> ops = opDeclarations.Combine(referenced)
            .Select((pair, _) => OpResolver.Resolve(pair.Left, pair.Right));
        IncrementalValueProvider<EquatableArray<KnownOp>> known = opDeclarations.Combine(referenced)
            .Select((pair, _) => OpResolver.Known(pair.Left, pair.Right));
        IncrementalValueProvider<Resolved<ProviderModel>> providers = providerDeclarations.Combine(known)
            .Select((pair, _) => KernelResolver.Resolve(pair.Left, pair.Right));

        context.RegisterSourceOutput(ops.Select((r, _) => r.Diagnostics), Report);
        context.RegisterSourceOutput(providers.Select((r, _) => r.Diagnostics), Report);
        context.RegisterSourceOutput(fusions.Select((r, _) => r.Diagnostics), Report);
        context.RegisterSourceOutput(runtimes.Select((r, _) => r.Diagnostics), Report);
        context.RegisterSourceOutput(misplaced, (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));

        context.RegisterSourceOutput(ops.SelectMany((r, _) => FileNames.Of(r.Models, m => m.Class)).WithTrackingName(OpsStep), static (output, op) =>
        {
            output.AddSource($"{op.File}.Op.g.cs", OpEmitter.Emit(op.Model));
            output.AddSource($"{op.File}.Calls.g.cs", CallsEmitter.Emit(op.Model));
        });
        context.RegisterSourceOutput(
            providers.SelectMany((r, _) => FileNames.Of(r.Models, m => m.Class)).WithTrackingName(ProvidersStep),
            static (output, provider) => output.AddSource($"{provider.File}.Kernels.g.cs", ProviderEmitter.Emit(provider.Model)));

        IncrementalValueProvider<(string Name, bool AllowsUnsafe)> assembly = context.CompilationProvider.Select((compilation, _) =>
            (compilation.AssemblyName ?? "", compilation.Options is CSharpCompilationOptions { AllowUnsafe: true }));
        IncrementalValueProvider<EquatableArray<FusionModel>> fusionModels = fusions.SelectMany((r, _) => r.Models).Collect()
            .Select((models, _) => new EquatableArray<FusionModel>(models.OrderBy(m => m.Name, System.StringComparer.Ordinal)));
        IncrementalValueProvider<EquatableArray<DeviceRuntimeModel>> runtimeModels = runtimes.SelectMany((r, _) => r.Models).Collect()
            .Select((models, _) => new EquatableArray<DeviceRuntimeModel>(models.OrderBy(m => m.Kind, System.StringComparer.Ordinal)));
        IncrementalValueProvider<(PluginModel Model, bool AllowsUnsafe)> plugin = ops.Combine(providers)
            .Combine(fusionModels.Combine(runtimeModels)).Combine(assembly)
            .Select((all, _) => (
                new PluginModel(
                    all.Right.Name, all.Left.Left.Left.Models, all.Left.Left.Right.Models, all.Left.Right.Left, all.Left.Right.Right),
                all.Right.AllowsUnsafe))
            .WithTrackingName(PluginStep);
        context.RegisterSourceOutput(plugin, static (output, plugin) =>
        {
            if (plugin.Model.Ops.Count + plugin.Model.Providers.Count + plugin.Model.Fusions.Count + plugin.Model.DeviceRuntimes.Count == 0)
                return;
            if (!plugin.AllowsUnsafe && plugin.Model.Ops.Count + plugin.Model.Providers.Count > 0)
                output.ReportDiagnostic(Diagnostic.Create(Rules.UnsafeNotAllowed, Location.None, plugin.Model.AssemblyName));
            output.AddSource("Plugin.g.cs", PluginEmitter.Emit(plugin.Model));
        });
    }

    // Records too, which are none of what the attributes ask for, so that this is said.
    private static bool IsClass(SyntaxNode node, System.Threading.CancellationToken cancellation) =>
        node.IsKind(SyntaxKind.ClassDeclaration) || node.IsKind(SyntaxKind.RecordDeclaration);

    private static void Report(SourceProductionContext output, EquatableArray<DiagnosticInfo> diagnostics)
    {
        foreach (DiagnosticInfo diagnostic in diagnostics)
            output.ReportDiagnostic(diagnostic.ToDiagnostic());
    }
}
