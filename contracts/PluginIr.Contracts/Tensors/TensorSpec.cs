using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PluginIr;

/// <summary>A tensor without its data: dtype and shape. Immutable, compared by value.</summary>
/// <remarks>
/// Shape inference, predicates and graphs see specs only, so that they cannot depend on data. A spec remembers the last spec
/// derived from it: calls repeat their shapes, so a steady state derives without allocating.
/// </remarks>
public sealed class TensorSpec : IEquatable<TensorSpec>
{
    /// <summary>The most dimensions that a tensor can have.</summary>
    public const int MaxRank = 8;

    private readonly long[] _shape;
    private readonly ulong _key;
    private TensorSpec? _lastDerived;

    /// <summary>Creates a spec.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The sizes, outermost first; empty for a scalar.</param>
    /// <exception cref="ArgumentException">More than <see cref="MaxRank"/> dimensions, a negative one, or a size in bytes past 2^63.</exception>
    public TensorSpec(DType dtype, params ReadOnlySpan<long> shape)
    {
        if (shape.Length > MaxRank)
            throw new ArgumentException($"A tensor has at most {MaxRank} dimensions; found {shape.Length}.", nameof(shape));
        long count = 1, rows = 1;
        foreach (long size in shape)
        {
            if (size < 0)
                throw new ArgumentException($"Sizes must not be negative; found {Describe(shape)}.", nameof(shape));
            rows = count;
            try
            {
                count = checked(count * size);
                _ = checked(count * dtype.Size());
            }
            catch (OverflowException)
            {
                throw new ArgumentException($"{dtype.Name()}{Describe(shape)} is larger than 2^63 bytes.", nameof(shape));
            }
        }

        DType = dtype;
        _shape = shape.ToArray();
        _key = KeyOf(dtype, shape);
        Rank = shape.Length;
        Last = shape is [.., long last] ? last : 1;
        ElementCount = count;
        Rows = rows;
        ByteCount = count * dtype.Size();
    }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The sizes, outermost first.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>How many dimensions.</summary>
    public int Rank { get; }

    /// <summary>The product of all sizes.</summary>
    public long ElementCount { get; }

    /// <summary>The size of the innermost dimension; 1 for a scalar.</summary>
    public long Last { get; }

    /// <summary>How many rows: the product of all sizes but the last.</summary>
    public long Rows { get; }

    /// <summary>Bytes that the elements take when contiguous.</summary>
    public long ByteCount { get; }

    /// <summary>The size of one dimension; negative counts from the end.</summary>
    public long this[int dimension] => _shape[dimension < 0 ? dimension + _shape.Length : dimension];

    /// <summary>The same shape with another dtype.</summary>
    public TensorSpec WithDType(DType dtype) => dtype == DType ? this : Derive(dtype, _shape);

    /// <summary>The same but for the innermost size.</summary>
    public TensorSpec WithLast(long size)
    {
        if (size == Last && Rank > 0)
            return this;
        Span<long> shape = stackalloc long[MaxRank];
        _shape.CopyTo(shape);
        int rank = Math.Max(Rank, 1);
        shape[rank - 1] = size;
        return Derive(DType, shape[..rank]);
    }

    /// <summary>A spec of this or any other dtype and shape, remembered so that asking again allocates nothing.</summary>
    public TensorSpec Derive(DType dtype, params ReadOnlySpan<long> shape)
    {
        TensorSpec? last = Volatile.Read(ref _lastDerived);
        if (last is not null && last.DType == dtype && shape.SequenceEqual(last._shape))
            return last;
        var derived = new TensorSpec(dtype, shape);
        Volatile.Write(ref _lastDerived, derived); // Racing threads overwrite each other's memo; each still returns its own.
        return derived;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals([NotNullWhen(true)] TensorSpec? other) =>
        ReferenceEquals(this, other) || (other is not null && IsSame(other));

    /// <summary>Equality as calls test it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsSame(TensorSpec other) => _key == other._key && (_key != 0 || EqualsByValue(other));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorSpec);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_key != 0)
            return _key.GetHashCode();
        var hash = new HashCode();
        hash.Add(DType);
        foreach (long size in _shape)
            hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>As graph text writes it: <c>bf16[8,16]</c>.</summary>
    public override string ToString() => DType.ShortName() + Describe(_shape);

    /// <summary>A shape as text: <c>[8,16]</c>.</summary>
    public static string Describe(ReadOnlySpan<long> shape) => $"[{string.Join(",", shape.ToArray())}]";

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool EqualsByValue(TensorSpec other) => DType == other.DType && _shape.AsSpan().SequenceEqual(other._shape);

    // Dtype, rank and sizes in one number, so that calls compare specs with one instruction: 8 bits, then 56 that the sizes share
    // evenly. 0, which no spec gets otherwise, for the few whose sizes do not fit.
    private static ulong KeyOf(DType dtype, ReadOnlySpan<long> shape)
    {
        ulong key = ((ulong)dtype << 4) | ((ulong)shape.Length + 1);
        int bits = shape.Length == 0 ? 0 : 56 / shape.Length;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] >> bits != 0)
                return 0;
            key |= (ulong)shape[i] << (8 + (i * bits));
        }

        return key;
    }
}
