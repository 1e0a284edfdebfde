using PluginIr.Dispatch;

namespace PluginIr.Models.Qwen3;

/// <summary>The inputs of a compiled pass that say which tokens it runs. One block of host memory, so that a device gets them in one copy.</summary>
internal sealed class TokenInputs : IDisposable
{
    private readonly IrDispatcher _ir;
    private readonly Tensor _block;
    private readonly Tensor _ids, _positions, _rows, _lengths;

    // Where the pass reads them; the same as above on the host.
    private readonly Tensor _placed;

    /// <summary>Makes room for a pass's tokens.</summary>
    /// <param name="ir">What allocates and copies.</param>
    /// <param name="device">Where the pass runs.</param>
    /// <param name="count">How many tokens.</param>
    /// <param name="sequences">Of how many sequences.</param>
    public TokenInputs(IrDispatcher ir, Device device, int count, int sequences)
    {
        _ir = ir;
        Count = count;
        TensorSpec[] specs =
            [new(DType.Int64, count), new(DType.Int64, count), new(DType.Int64, sequences), new(DType.Int32, count)];
        _block = Tensor.Zeros(DType.UInt8, specs.Sum(Room));
        _placed = device.IsCpu ? _block : ir.Allocate(_block.Spec, device);
        (_positions, _rows, _lengths, _ids) = Split(_block, specs);
        (Positions, Rows, Lengths, Ids) = device.IsCpu ? (_positions, _rows, _lengths, _ids) : Split(_placed, specs);
    }

    /// <summary>How many tokens.</summary>
    public int Count { get; }

    /// <summary>Token ids, i32, where the pass runs.</summary>
    public Tensor Ids { get; }

    /// <summary>Positions in their sequences, i64, where the pass runs.</summary>
    public Tensor Positions { get; }

    /// <summary>Rows of the caches, i64, where the pass runs.</summary>
    public Tensor Rows { get; }

    /// <summary>Tokens of each sequence after the pass, i64, where the pass runs.</summary>
    public Tensor Lengths { get; }

    /// <summary>Fills one token in.</summary>
    /// <param name="index">Which token.</param>
    /// <param name="id">Its id.</param>
    /// <param name="position">Its position in its sequence.</param>
    /// <param name="row">Where in the caches it goes.</param>
    public void Set(int index, int id, long position, long row)
    {
        _ids.AsSpan<int>()[index] = id;
        _positions.AsSpan<long>()[index] = position;
        _rows.AsSpan<long>()[index] = row;
    }

    /// <summary>Fills in how many tokens a sequence has after the pass.</summary>
    public void SetLength(int sequence, long length) => _lengths.AsSpan<long>()[sequence] = length;

    /// <summary>Brings what was filled in to where the pass runs.</summary>
    public void Upload()
    {
        if (!ReferenceEquals(_block, _placed))
            _ir.Copy(_block, _placed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[_ids, _positions, _rows, _lengths, Ids, Positions, Rows, Lengths, _block, _placed])
            tensor.Dispose();
    }

    // Each begins at a multiple of what graphs ask of their inputs.
    private static long Room(TensorSpec spec) => (spec.ByteCount + TensorBuffer.Alignment - 1) & -TensorBuffer.Alignment;

    private static (Tensor, Tensor, Tensor, Tensor) Split(Tensor block, TensorSpec[] specs)
    {
        long offset = 0;
        return (Next(0), Next(1), Next(2), Next(3));

        Tensor Next(int index)
        {
            TensorSpec spec = specs[index];
            Tensor part = block.AsStrided(spec, offset / spec.DType.Size(), 1);
            offset += Room(spec);
            return part;
        }
    }
}
