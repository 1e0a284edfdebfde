using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Rows;

namespace PluginIr.CpuSimd.Quantizing;

/// <summary>What every quantiser's call has: rows of x, which become rows of bytes. Rows past x's are padding.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)] // See RowTable's constructor.
internal readonly unsafe struct QuantizedRows(Tensor x, Tensor output)
{
    private readonly RowTable _x = new(x);
    private readonly RowTable _output = new(output);
    private readonly nint _rows = (nint)x.Rows;

    /// <summary>What the rows become.</summary>
    public readonly Float8Format Format = Float8Format.Of(output.DType);

    /// <summary>How many elements a row has.</summary>
    public readonly nint Hidden = (nint)x.Last;

    /// <summary>How many rows the output has.</summary>
    public readonly nint Count = (nint)output.Rows;

    /// <summary>How many bytes a row moves.</summary>
    public readonly nint RowBytes = (nint)(x.Last * (x.DType.Size() + 1));

    /// <summary>A row of x.</summary>
    public TElement* Input<TElement>(nint row) where TElement : unmanaged => (TElement*)_x.At(row);

    /// <summary>A row of the output.</summary>
    public byte* Output(nint row) => (byte*)_output.At(row);

    /// <summary>True when the row is not x's; it is then written: zeros.</summary>
    public bool IsPadding(nint row)
    {
        if (row < _rows)
            return false;
        new Span<byte>(Output(row), (int)Hidden).Clear();
        return true;
    }
}
