namespace PluginIr.Compiler.Fusions;

/// <summary>When a fusion is applied where its pattern is found and both sides are shown equal.</summary>
public enum FusionMode
{
    /// <summary>Where a kernel other than native takes the call that it leads to.</summary>
    WhenServed,

    /// <summary>Wherever any kernel takes that call, native too: one pass over memory in the place of several.</summary>
    Always,

    /// <summary>Nowhere.</summary>
    Never,
}
