namespace PluginIr.CpuSimd.Rows;

/// <summary>Tensors of indices.</summary>
internal static class Indices
{
    /// <summary>True when every one is a row of a table.</summary>
    /// <param name="indices">One-dimensional, of int32 or int64.</param>
    /// <param name="table">The table, whose rows are along its first dimension.</param>
    public static bool AreRowsOf(Tensor indices, Tensor table)
    {
        for (long i = 0; i < indices.ElementCount; i++)
        {
            if ((ulong)indices.ReadIndex(i) >= (ulong)table.Shape[0])
                return false;
        }

        return true;
    }
}
