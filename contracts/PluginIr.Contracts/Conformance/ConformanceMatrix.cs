using System.Collections.Immutable;

namespace PluginIr.Conformance;

/// <summary>The cases of a kernel: op × kernel × dtype × shape × layout × placement × values, from what its descriptors claim.</summary>
/// <remarks>
/// In an order of which every prefix is a good sample: the quick cases first, in rounds of one case for each dtype, then everything
/// else, shuffled the same way every time. A case's seed is its number, so that the choices that an op's generator makes (a weight or
/// none, one attribute or another) vary from case to case.
/// </remarks>
public static class ConformanceMatrix
{
    private static readonly ImmutableArray<long> s_rows = [1, 2, 3, 17];
    private static readonly ImmutableArray<long> s_hidden = [1, 2, 7, 15, 16, 17, 31, 33, 64, 127, 1000, 1024];

    // No rows at all; and past the sizes from which kernels divide their work or go round the cache.
    private static readonly ImmutableArray<(long Rows, long Hidden)> s_extremes = [(0, 16), (5, 5000), (64, 4096)];

    // What whole blocks of a row's elements divide.
    private static readonly ImmutableArray<long> s_ampleRows = [1, 2, 17];
    private static readonly ImmutableArray<long> s_ampleHidden = [256, 512, 4096];

    // Sizes, and seeds of each, by which an op is asked for its dtypes: it may refuse any of them for its shapes.
    private static readonly ImmutableArray<(long Rows, long Hidden)> s_probes = [(2, 16), (1, 256), (2, 512), (17, 4096)];
    private const int SeedsOfProbe = 4;

    /// <summary>The kernel's cases.</summary>
    /// <param name="subject">The kernel and its op.</param>
    /// <param name="extent">How many of them.</param>
    public static IEnumerable<ConformanceCase> Of(ConformanceSubject subject, ConformanceExtent extent = ConformanceExtent.Full)
    {
        ArgumentNullException.ThrowIfNull(subject);
        int seed = 0;
        DType[] dtypes = subject.TakenDTypes;
        foreach (Aspect aspect in Plain(subject))
        {
            foreach (DType dtype in dtypes)
                yield return aspect.ToCase(subject, dtype, seed++);
        }

        // How a kernel finds the elements of a view rarely depends on their dtype.
        foreach ((int i, Aspect aspect) in Views(subject, ConformanceValues.Normal).Index())
        {
            if (dtypes.Length > 0)
                yield return aspect.ToCase(subject, dtypes[i % dtypes.Length], seed++);
        }

        foreach (Aspect aspect in Further(subject))
        {
            foreach (DType dtype in dtypes)
                yield return aspect.ToCase(subject, dtype, seed++);
        }

        if (extent == ConformanceExtent.Quick)
            yield break;
        (DType DType, Aspect Aspect)[] rest = [.. dtypes.SelectMany(_ => Every(subject), (dtype, aspect) => (dtype, aspect))];
        new Random(1).Shuffle(rest);
        foreach ((DType dtype, Aspect aspect) in rest)
            yield return aspect.ToCase(subject, dtype, seed++);
    }

    /// <summary>
    /// How many cases at the start of the matrix are run whatever the time: every dtype in every placement, with ordinary and with special
    /// values, and every layout of views that the kernel takes. A kernel that is wrong in one of these never serves.
    /// </summary>
    internal static int CoreCount(ConformanceSubject subject)
    {
        int dtypes = subject.TakenDTypes.Length;
        return (Plain(subject).Count() * dtypes) + (dtypes == 0 ? 0 : Views(subject, ConformanceValues.Normal).Count());
    }

    /// <summary>
    /// Further cases, for a kernel that has taken none of the others: rows of whole blocks, every dtype with ordinary and with special values, in one
    /// placement after the other.
    /// </summary>
    internal static IEnumerable<ConformanceCase> Ample(ConformanceSubject subject)
    {
        int seed = 0;
        ConformancePlacement[] placements = [.. Placements(subject)];
        foreach ((int i, (long hidden, long rows)) in (from hidden in s_ampleHidden from rows in s_ampleRows select (hidden, rows)).Index())
        {
            ConformanceValues values = i % 2 == 0 ? ConformanceValues.Normal : ConformanceValues.Special;
            var aspect = new Aspect(rows, hidden, ConformanceLayout.Contiguous, placements[i % placements.Length], values);
            foreach (DType dtype in subject.TakenDTypes)
                yield return aspect.ToCase(subject, dtype, seed++);
        }
    }

    /// <summary>True when dispatch could offer the kernel such a call.</summary>
    public static bool IsClaimed(ConformanceCase @case)
    {
        ArgumentNullException.ThrowIfNull(@case);
        return (@case.Subject.Kernel.DTypes & @case.DType.ToSet()) != 0 && Layouts(@case.Subject).Contains(@case.Layout) &&
               Placements(@case.Subject).Contains(@case.Placement);
    }

    /// <summary>True when the op takes activations of the dtype in some shape. One that fails otherwise is let through, so that a case says how.</summary>
    internal static bool TakesDType(ConformanceSubject subject, DType dtype) =>
        s_probes.Any(size => Enumerable.Range(0, SeedsOfProbe).Any(seed => IsTaken(subject, dtype, size.Rows, size.Hidden, seed)));

    // Each placement with both sorts of values, on sizes that no vector width divides.
    private static IEnumerable<Aspect> Plain(ConformanceSubject subject)
    {
        foreach (ConformancePlacement placement in Placements(subject))
        {
            yield return new Aspect(3, 33, ConformanceLayout.Contiguous, placement, ConformanceValues.Normal);
            yield return new Aspect(13, 17, ConformanceLayout.Contiguous, placement, ConformanceValues.Special);
        }
    }

    // Each layout but the contiguous one, in one placement after the other.
    private static IEnumerable<Aspect> Views(ConformanceSubject subject, ConformanceValues values)
    {
        ConformanceLayout[] layouts = [.. Layouts(subject)];
        ConformancePlacement[] placements = [.. Placements(subject)];
        (long rows, long hidden, int step) = values == ConformanceValues.Normal ? (3, 31, 0) : (12, 16, 1);
        for (int i = 1; i < layouts.Length; i++)
        {
            ConformancePlacement placement = layouts[i] == ConformanceLayout.Broadcast ? placements[0] : placements[(i + step) % placements.Length];
            yield return new Aspect(rows, hidden, layouts[i], placement, values);
        }
    }

    // What is left of the quick cases: views of special values, and sizes that vector widths divide or hardly fill.
    private static IEnumerable<Aspect> Further(ConformanceSubject subject)
    {
        ConformancePlacement[] placements = [.. Placements(subject)];
        if (Values(subject).Contains(ConformanceValues.Recast))
            yield return new Aspect(2, 32, ConformanceLayout.Contiguous, placements[0], ConformanceValues.Recast);
        foreach ((Aspect ordinary, Aspect special) in Views(subject, ConformanceValues.Normal).Zip(Views(subject, ConformanceValues.Special)))
        {
            yield return ordinary;
            yield return special;
        }

        yield return new Aspect(1, 1, ConformanceLayout.Contiguous, placements[0], ConformanceValues.Normal);
        yield return new Aspect(2, 64, ConformanceLayout.Contiguous, placements[^1], ConformanceValues.Normal);
        yield return new Aspect(2, 1000, ConformanceLayout.Contiguous, placements[0], ConformanceValues.Normal);
        yield return new Aspect(3, 128, ConformanceLayout.Contiguous, placements[0], ConformanceValues.Normal);
        yield return new Aspect(12, 127, ConformanceLayout.Contiguous, placements[^1], ConformanceValues.Special);
    }

    private static IEnumerable<Aspect> Every(ConformanceSubject subject) =>
        from layout in Layouts(subject)
        from placement in Placements(subject)
        where layout != ConformanceLayout.Broadcast || placement == ConformancePlacement.Fresh
        from values in Values(subject)
        from size in (from rows in s_rows from hidden in s_hidden select (rows, hidden)).Concat(s_extremes)
        select new Aspect(size.Item1, size.Item2, layout, placement, values);

    private static IEnumerable<ConformanceLayout> Layouts(ConformanceSubject subject)
    {
        yield return ConformanceLayout.Contiguous;
        if (subject.Kernel.Alignment < TensorBuffer.Alignment)
            yield return ConformanceLayout.Offset;
        if (!subject.Kernel.Strided)
            yield break;
        yield return ConformanceLayout.Padded;
        yield return ConformanceLayout.Strided;
        yield return ConformanceLayout.Reversed;
        yield return ConformanceLayout.Transposed;

        // Elements that share memory cannot be written over.
        if (subject.Kernel.Inplace != Inplace.Only)
            yield return ConformanceLayout.Broadcast;
    }

    private static IEnumerable<ConformanceValues> Values(ConformanceSubject subject)
    {
        yield return ConformanceValues.Normal;
        yield return ConformanceValues.Special;
        if (!subject.Kernel.SameDType && subject.Schema.TensorCount > subject.Activations.Count)
            yield return ConformanceValues.Recast;
    }

    private static IEnumerable<ConformancePlacement> Placements(ConformanceSubject subject)
    {
        if (subject.Kernel.Inplace != Inplace.Only)
            yield return ConformancePlacement.Fresh;
        if (subject.Kernel.Inplace != Inplace.Never)
            yield return ConformancePlacement.Aliased;
        if (subject.Kernel.Inplace == Inplace.May && subject.Schema.Outputs.Count > 1)
            yield return ConformancePlacement.Mixed;
    }

    private static bool IsTaken(ConformanceSubject subject, DType dtype, long rows, long hidden, int seed)
    {
        try
        {
            var generator = new InputGenerator(subject.Schema, dtype, rows, hidden, seed) { IsDataLess = true };
            subject.Op.Generate(generator);
            using OpArguments arguments = generator.Build();
            NativeRun.Infer(subject, arguments);
            return true;
        }
        catch (OpArgumentException)
        {
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }

    // A case but for its kernel, dtype and seed.
    private readonly record struct Aspect(
        long Rows, long Hidden, ConformanceLayout Layout, ConformancePlacement Placement, ConformanceValues Values)
    {
        public ConformanceCase ToCase(ConformanceSubject subject, DType dtype, int seed) =>
            new(subject, dtype, Rows, Hidden, Layout, Placement, Values, seed);
    }
}
