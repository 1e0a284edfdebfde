namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>How much a thread has of a row.</summary>
internal interface IShape
{
    /// <summary>How many chunks a thread keeps in registers: 1, 2 or 4.</summary>
    static abstract int Chunks { get; }
}
