namespace PluginIr.Compiler.Graphs;

/// <summary>A tensor of a graph without its data: a dtype and a shape whose sizes may depend on the graph's symbol. Compared by value.</summary>
public sealed class SymbolicSpec : IEquatable<SymbolicSpec>
{
    private readonly Dim[] _shape;

    /// <summary>Creates a spec.</summary>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <exception cref="GraphException">More than <see cref="TensorSpec.MaxRank"/> dimensions.</exception>
    public SymbolicSpec(DType dtype, params ReadOnlySpan<Dim> shape)
    {
        if (shape.Length > TensorSpec.MaxRank)
            throw new GraphException($"A tensor has at most {TensorSpec.MaxRank} dimensions; found {shape.Length}.");
        DType = dtype;
        _shape = shape.ToArray();
        IsSymbolic = _shape.Any(d => d.IsSymbolic);
    }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The sizes, outermost first.</summary>
    public ReadOnlySpan<Dim> Shape => _shape;

    /// <summary>How many dimensions.</summary>
    public int Rank => _shape.Length;

    /// <summary>True when a size depends on the graph's symbol.</summary>
    public bool IsSymbolic { get; }

    /// <summary>A spec whose sizes are all known.</summary>
    public static SymbolicSpec Of(TensorSpec spec) => new(spec.DType, [.. spec.Shape.ToArray().Select(size => (Dim)size)]);

    /// <summary>The spec when the symbol has this size.</summary>
    /// <exception cref="GraphException">The tensor cannot be: a size is negative, or it is larger than 2^63 bytes.</exception>
    public TensorSpec At(long size)
    {
        Span<long> sizes = stackalloc long[TensorSpec.MaxRank];
        try
        {
            for (int i = 0; i < _shape.Length; i++)
                sizes[i] = _shape[i].At(size);
            return new TensorSpec(DType, sizes[.._shape.Length]);
        }
        catch (Exception impossible) when (impossible is OverflowException or ArgumentException)
        {
            throw new GraphException($"{ToText("n")} with n = {size} is no tensor: {impossible.Message}", default, impossible);
        }
    }

    /// <summary>As graph text writes it: <c>bf16[T,16]</c>.</summary>
    /// <param name="symbol">The symbol's name.</param>
    public string ToText(string symbol) => $"{DType.ShortName()}[{string.Join(",", _shape.Select(d => d.ToText(symbol)))}]";

    /// <inheritdoc/>
    public bool Equals(SymbolicSpec? other) => other is not null && DType == other.DType && _shape.AsSpan().SequenceEqual(other._shape);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SymbolicSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DType, _shape.Length, _shape.Length == 0 ? default : _shape[^1]);

    /// <inheritdoc/>
    public override string ToString() => ToText("n");
}
