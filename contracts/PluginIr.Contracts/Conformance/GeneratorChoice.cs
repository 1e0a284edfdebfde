namespace PluginIr.Conformance;

/// <summary>
/// What <see cref="InputGenerator"/> decides by the seed itself. Each has a multiplier of its own: the bits of an irrational number's fraction, whose
/// multiples are spread evenly over [0, 1) whatever the step between the seeds. So a kernel's first cases of each dtype have every choice among
/// them, and all combinations of two come soon. The lower bits spread the seeds that are tried in place of a declined one.
/// </summary>
internal enum GeneratorChoice : uint
{
    /// <summary>One, two or three dimensions.</summary>
    Rank = 0x9E3779B9,

    /// <summary>Indices of int32 or int64.</summary>
    IndexDType = 0x6A09E667,

    /// <summary>Heads side by side in a row, or in a dimension of their own.</summary>
    Heads = 0xA54FF53A,

    /// <summary>Several tokens for each of several sequences.</summary>
    Sequences = 0x3C6EF372,

    /// <summary>An epsilon or a scale.</summary>
    Factor = 0x9B05688C,

    /// <summary>Many keys or columns, where a kernel takes several rounds.</summary>
    Length = 0xD76AA478,
}
