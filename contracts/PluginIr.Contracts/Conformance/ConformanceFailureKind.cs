namespace PluginIr.Conformance;

/// <summary>Which rule a kernel broke.</summary>
public enum ConformanceFailureKind
{
    /// <summary>An element is further from native's than the op's tolerance.</summary>
    WrongValue,

    /// <summary>NaN or an infinity is missing where native has it, is there where native has none, or has the other sign.</summary>
    WrongSpecialValue,

    /// <summary>A kernel that may work in place computes something else there than into fresh outputs.</summary>
    WrongInPlace,

    /// <summary>An output element was left as it was.</summary>
    UnwrittenOutput,

    /// <summary>Memory before or after a tensor was written.</summary>
    WroteOutside,

    /// <summary>Memory between a tensor's elements was written.</summary>
    WroteIntoGap,

    /// <summary>An element of an input that is not an output's memory was written.</summary>
    ChangedInput,

    /// <summary>The result depends on memory that is not an input: outside tensors, between elements, or an output's old contents.</summary>
    ReadUndefinedMemory,

    /// <summary>Two runs on the same arguments gave different bits.</summary>
    Nondeterministic,

    /// <summary>Declared batch invariant, but a row alone gave other bits than among others.</summary>
    NotBatchInvariant,

    /// <summary>The kernel threw for arguments that its predicate takes.</summary>
    Threw,

    /// <summary>The predicate threw.</summary>
    PredicateThrew,

    /// <summary>The predicate gave two answers for the same specs and attributes.</summary>
    PredicateInconsistent,

    /// <summary>The predicate allocated managed memory; it runs on every call.</summary>
    PredicateAllocated,

    /// <summary>The op's own generator, inference or native definition threw: the declaration is wrong, whatever the kernel does.</summary>
    OpThrew,
}
