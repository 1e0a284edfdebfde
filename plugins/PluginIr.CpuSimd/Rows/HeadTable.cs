namespace PluginIr.CpuSimd.Rows;

/// <summary>
/// Where the heads of a tensor [tokens, heads, size] or [tokens, heads · size] lie, or of one sequence of [sequences, tokens, heads, size].
/// The elements of each lie side by side.
/// </summary>
/// <param name="tensor">The tensor, which <see cref="RowTable.Suits"/>.</param>
/// <param name="size">A head's elements.</param>
/// <param name="first">The first token or, of a tensor with sequences, the sequence.</param>
internal readonly struct HeadTable(Tensor tensor, nint size, nint first = 0)
{
    /// <summary>The first head's address.</summary>
    public readonly nint Address = tensor.Address + (first * (nint)tensor.Stride(0) * tensor.DType.Size());

    /// <summary>Elements from one token to the next.</summary>
    public readonly nint Token = (nint)tensor.Stride(tensor.Rank == 4 ? 1 : 0);

    /// <summary>Elements from one head to the next.</summary>
    public readonly nint Head = tensor.Rank >= 3 ? (nint)tensor.Stride(-2) : size;

    /// <summary>Elements from the first head to another.</summary>
    public nint Offset(nint token, nint head) => (token * Token) + (head * Head);
}
