namespace PluginIr.Conformance;

/// <summary>What came of one case.</summary>
public enum ConformanceOutcome
{
    /// <summary>The kernel did as native does, and nothing else.</summary>
    Passed,

    /// <summary>The kernel, by its masks or its predicate, does not take these arguments. It was not run.</summary>
    Declined,

    /// <summary>The op itself does not take these arguments, such as no rows. Nothing was run.</summary>
    Refused,

    /// <summary>The kernel broke a rule.</summary>
    Failed,
}
