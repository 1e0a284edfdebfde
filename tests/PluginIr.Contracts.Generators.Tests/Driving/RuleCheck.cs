using Microsoft.CodeAnalysis;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests.Driving;

/// <summary>Source that is right, and what one change to it must be reported as.</summary>
/// <param name="correct">The source; it compiles without diagnostics, which every check proves again.</param>
internal sealed class RuleCheck(string correct)
{
    /// <summary>Replaces a piece of the source, which must be there, and expects one diagnostic and nothing else of the generator's.</summary>
    /// <param name="id">The diagnostic.</param>
    /// <param name="original">The piece.</param>
    /// <param name="replacement">What comes in its place.</param>
    /// <param name="saying">What the message must contain: the thing, what was expected, what was found.</param>
    public void Reports(string id, string original, string replacement, params string[] saying)
    {
        GeneratorRun.Over(correct).Compiles();
        Assert.Contains(original, correct);
        string wrong = correct.Replace(original, replacement);

        Diagnostic diagnostic = Assert.Single(GeneratorRun.Over(wrong).Diagnostics);

        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal("Source0.cs", diagnostic.Location.GetLineSpan().Path);
        string message = diagnostic.GetMessage();
        Assert.All(saying, part => Assert.Contains(part, message));
    }

    /// <summary>Replaces a piece of the source and expects no diagnostic.</summary>
    public void Accepts(string original, string replacement)
    {
        Assert.Contains(original, correct);
        GeneratorRun.Over(correct.Replace(original, replacement)).Compiles();
    }
}
