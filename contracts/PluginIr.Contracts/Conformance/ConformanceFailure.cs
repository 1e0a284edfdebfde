namespace PluginIr.Conformance;

/// <summary>A rule that a kernel broke, and where. Text and numbers only, so that keeping it keeps no plugin loaded.</summary>
public sealed record ConformanceFailure
{
    /// <summary>The case, as <see cref="ConformanceCase.Parse"/> reads it.</summary>
    public required string Case { get; init; }

    /// <summary>The op's name.</summary>
    public required string Op { get; init; }

    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>The kernel's method: <c>Namespace.Type.Method</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The rule.</summary>
    public required ConformanceFailureKind Kind { get; init; }

    /// <summary>What was expected and what was found.</summary>
    public required string Problem { get; init; }

    /// <summary>The output that is wrong; null when no single one is.</summary>
    public string? Output { get; init; }

    /// <summary>The row-major position of the first wrong element; null when no element is.</summary>
    public long? Position { get; init; }

    /// <summary>Native's value there.</summary>
    public double? Expected { get; init; }

    /// <summary>The kernel's value there.</summary>
    public double? Actual { get; init; }

    /// <summary>How far apart the two may be.</summary>
    public double? Bound { get; init; }

    /// <summary>All of it in words, with how to run the case again.</summary>
    public string Message => $"{Kind}: {Op} by provider '{Provider}' ({Method}): {Problem} Run it again: PluginConformance.Of(assembly).Check(\"{Case}\"), with the plugin's assembly.";

    /// <inheritdoc/>
    public override string ToString() => Message;

    internal static ConformanceFailure Of(ConformanceCase @case, ConformanceFailureKind kind, string problem) => new()
    {
        Case = @case.ToString(),
        Op = @case.Subject.Schema.Name,
        Provider = @case.Subject.Kernel.Provider,
        Method = @case.Subject.Kernel.Method,
        Kind = kind,
        Problem = problem,
    };
}
