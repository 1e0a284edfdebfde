namespace PluginIr.Compiler.Graphs;

/// <summary>A size that is only known when a graph runs, such as the number of tokens.</summary>
/// <remarks>Shape inference and predicates are ordinary code, so a symbol is not calculated with: they are asked at sizes of its range.</remarks>
public sealed record Symbol
{
    /// <summary>The largest size that a symbol may have.</summary>
    public const long Largest = 1L << 40;

    private const int EverySizeUpTo = 128;

    /// <summary>Declares a symbol.</summary>
    /// <param name="name">Its name, matching <c>[A-Za-z_][A-Za-z_0-9]*</c>.</param>
    /// <param name="min">The least size that the graph runs at, from 1.</param>
    /// <param name="max">The largest one, at most <see cref="Largest"/>.</param>
    /// <exception cref="GraphException">The name or the range is not as it must be.</exception>
    public Symbol(string name, long min, long max)
    {
        if (!Names.IsIdentifier(name))
            throw new GraphException($"The symbol '{name}' must be named by letters, digits and underscores, no digit first.");
        if (min < 1 || max < min || max > Largest)
            throw new GraphException($"The range of {name} must lie within 1..{Largest}, the lesser size first; found {min}..{max}.");
        (Name, Min, Max) = (name, min, max);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The least size.</summary>
    public long Min { get; }

    /// <summary>The largest size.</summary>
    public long Max { get; }

    /// <summary>The sizes at which shapes are inferred: two give a line, the others show whether it is one.</summary>
    internal IReadOnlyList<long> ShapeSizes => [.. new[] { Min, Math.Min(Min + 1, Max), Min + ((Max - Min) / 2), Max }.Distinct()];

    /// <summary>True for a range so large that predicates are not asked at every size of it before the graph runs at that size.</summary>
    internal bool IsSampled => Max - Min >= EverySizeUpTo;

    /// <summary>
    /// The sizes at which predicates are asked when a graph is lowered: all of a small range; of a large one its ends, the powers of two with their
    /// neighbours, and sizes spread evenly.
    /// </summary>
    internal IReadOnlyList<long> PredicateSizes
    {
        get
        {
            if (!IsSampled)
                return [.. Enumerable.Range(0, (int)(Max - Min) + 1).Select(i => Min + i)];
            IEnumerable<long> powers = Enumerable.Range(0, 41).SelectMany(bit => new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1 });
            IEnumerable<long> spread = Enumerable.Range(0, EverySizeUpTo).Select(i => Min + (long)((Max - Min) * (i / (double)EverySizeUpTo)));
            return [.. powers.Concat(spread).Append(Min).Append(Max).Where(size => size >= Min && size <= Max).Distinct().Order()];
        }
    }

    /// <summary>As graph text declares it: <c>T in 1..64</c>.</summary>
    public override string ToString() => $"{Name} in {Min}..{Max}";
}
