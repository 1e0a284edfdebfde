using PluginIr.Cli.Benchmarks.Limits;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>A case's memory, with the rivals that are ready to work on it.</summary>
internal sealed class WorkCopy : IDisposable
{
    // Every copy has sessions of its own in some peers.
    private const int MostCopies = 256;

    private WorkCopy(OpWork work, Rivals rivals, int threads)
    {
        Work = work;
        Runs = [.. rivals(work, threads)];
    }

    /// <summary>The memory.</summary>
    public OpWork Work { get; }

    /// <summary>The rivals, in the same order for each copy.</summary>
    public IReadOnlyList<PeerRun> Runs { get; }

    /// <summary>How many copies of a case are worked on in turn: one, or for a cold case as many as no cache holds.</summary>
    /// <exception cref="InputException">The case is so small that too many would be needed.</exception>
    public static int CountFor(OpCase @case)
    {
        if (!@case.Cold)
            return 1;
        using var work = OpWork.Of(@case);
        long count = (MachineLimits.MemoryBytes / work.Bytes) + 1;
        return count <= MostCopies
            ? (int)count
            : throw new InputException(
                $"--cold takes cases with at least {MachineLimits.MemoryBytes / MostCopies >> 10} KiB of tensors, copies of which no cache holds; " +
                $"{@case} has {work.Bytes >> 10} KiB. Choose larger ones with --rows and --hidden.");
    }

    /// <summary>Makes copies with the same values.</summary>
    /// <param name="case">The case.</param>
    /// <param name="rivals">Makes what is compared with.</param>
    /// <param name="threads">How many threads these may use.</param>
    public static IReadOnlyList<WorkCopy> Make(OpCase @case, Rivals rivals, int threads) =>
        [.. Enumerable.Range(0, CountFor(@case)).Select(_ => new WorkCopy(OpWork.Of(@case), rivals, threads))];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PeerRun run in Runs)
            run.Dispose();
        Work.Dispose();
    }
}
