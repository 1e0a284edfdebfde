namespace PluginIr.Compiler.Graphs;

/// <summary>What the compiler itself does with a node that has no kernel.</summary>
public enum Structure
{
    /// <summary>Nothing: the node is a call of an op.</summary>
    None,

    /// <summary><c>clone(Tensor x)</c>: a copy in memory of its own.</summary>
    Clone,

    /// <summary><c>reshape(Tensor x, str shape)</c>: the same elements in another shape, without copying.</summary>
    Reshape,

    /// <summary><c>last_rows(Tensor x, int count)</c>: the last entries of the first dimension, without copying.</summary>
    LastRows,
}
