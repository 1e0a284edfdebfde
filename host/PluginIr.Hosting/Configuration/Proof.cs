namespace PluginIr.Hosting.Configuration;

/// <summary>How a new build's kernels are compared with native before it serves.</summary>
public enum Proof
{
    /// <summary>Some dozens of cases a kernel: every dtype, layout and placement that it claims, with ordinary and special values.</summary>
    Quick,

    /// <summary>The whole matrix, which can take minutes.</summary>
    Full,

    /// <summary>Nothing is proved. A wrong kernel serves.</summary>
    Off,
}
