namespace PluginIr.CpuSimd.Products;

/// <summary>What a tile asks for while it computes: compiled into its loop.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IPrefetcher<TSelf> where TSelf : struct, IPrefetcher<TSelf>
{
    /// <summary>What one of some tiles asks for of the rows that are needed next.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="tile">The tile's number.</param>
    /// <param name="tiles">How many tiles there are.</param>
    /// <param name="steps">How many times each asks.</param>
    static abstract TSelf Of(in RowsToPrefetch rows, nint tile, nint tiles, nint steps);

    /// <summary>Asks for one step's memory.</summary>
    void Fetch();
}
