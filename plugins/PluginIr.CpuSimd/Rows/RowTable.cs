using System.Runtime.CompilerServices;

namespace PluginIr.CpuSimd.Rows;

/// <summary>Where a tensor's rows lie, with gaps between them or not. The elements of each lie side by side.</summary>
internal readonly struct RowTable
{
    private readonly nint _first;
    private readonly nint _bytes;
    private readonly Tensor? _irregular; // Rows whose distance is not always the same.

    /// <summary>The rows of a tensor that <see cref="Suits"/>.</summary>
    /// <remarks>Inlined, so that a call's tables are written where they lie: by a reference each would cost a write barrier.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowTable(Tensor tensor)
    {
        _first = tensor.Address;
        if (tensor.IsContiguous)
            _bytes = (nint)tensor.Last * tensor.DType.Size();
        else if (tensor.Rank == 2)
            _bytes = StrideBytes(tensor);
        else
            _irregular = tensor;
    }

    /// <summary>A contiguous tensor in rows of another length.</summary>
    public RowTable(Tensor tensor, nint length)
    {
        _first = tensor.Address;
        _bytes = length * tensor.DType.Size();
    }

    /// <summary>True when the elements of every row lie side by side, or there is no tensor. Others are left to native.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Suits(Tensor? tensor) => tensor is null || tensor.IsContiguous || HasUnitStride(tensor);

    /// <summary>The address of a row.</summary>
    public nint At(nint row) => _irregular is null ? _first + (row * _bytes) : AtIrregular(row);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool HasUnitStride(Tensor tensor) => tensor.Last == 1 || tensor.Stride(-1) == 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint StrideBytes(Tensor tensor) => (nint)tensor.Stride(0) * tensor.DType.Size();

    // Out of line: it would be compiled into every kernel several times.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private nint AtIrregular(nint row) => _irregular!.RowAddress(row);
}
