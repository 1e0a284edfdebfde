namespace PluginIr.Conformance;

/// <summary>How much of a kernel's matrix to run.</summary>
public enum ConformanceExtent
{
    /// <summary>Some dozens of small cases that touch every dtype, layout, placement and sort of values that the kernel claims.</summary>
    Quick,

    /// <summary>Every combination, the quick ones first.</summary>
    Full,
}
