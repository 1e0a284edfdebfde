extern alias generators;

using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using generators::PluginIr.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests.Driving;

/// <summary>One run of the generator over source text, as a plugin's build makes it.</summary>
internal sealed class GeneratorRun
{
    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
            .Append(typeof(Tensor).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private GeneratorRun(Compilation output, ImmutableArray<Diagnostic> diagnostics)
    {
        Output = output;
        Diagnostics = diagnostics;
    }

    /// <summary>The source with what was generated for it.</summary>
    public Compilation Output { get; }

    /// <summary>What the generator reported.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }

    public static GeneratorRun Over(params IEnumerable<string> sources) => Over(Compilation(sources));

    public static GeneratorRun Over(Compilation compilation)
    {
        Driver().RunGeneratorsAndUpdateCompilation(
            compilation, out Compilation output, out ImmutableArray<Diagnostic> diagnostics, TestContext.Current.CancellationToken);
        return new GeneratorRun(output, diagnostics);
    }

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new KernelGenerator().AsSourceGenerator()],
        parseOptions: s_parseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static CSharpCompilation Compilation(
        IEnumerable<string> sources, string assemblyName = "Fixture", bool allowUnsafe = true, params IEnumerable<MetadataReference> more) =>
        CSharpCompilation.Create(
            assemblyName,
            sources.Select((source, i) => Parse(source, $"Source{i}.cs")),
            [.. s_references, .. more],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: allowUnsafe, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999));

    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(
        source, s_parseOptions, path, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Fails on any warning or error, the generator's and the compiler's.</summary>
    public GeneratorRun Compiles()
    {
        Assert.Empty(Diagnostics);
        Assert.Empty(Output.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity >= DiagnosticSeverity.Warning));
        return this;
    }

    /// <summary>The compiled assembly, for other compilations to refer to.</summary>
    public MetadataReference Reference() => MetadataReference.CreateFromStream(Emit());

    /// <summary>The compiled assembly, loaded beside the contracts that these tests use.</summary>
    public Assembly Load() => new AssemblyLoadContext(Output.AssemblyName, isCollectible: true).LoadFromStream(Emit());

    private static readonly CSharpParseOptions s_parseOptions = new(LanguageVersion.CSharp13, DocumentationMode.Diagnose);

    private MemoryStream Emit()
    {
        var stream = new MemoryStream();
        var result = Output.Emit(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning));
        stream.Position = 0;
        return stream;
    }
}
