namespace PluginIr.Cli.Benchmarks;

/// <summary>How long is measured.</summary>
/// <param name="Warming">How long each contender runs before, so that it is compiled at full optimisation.</param>
/// <param name="Batch">How long one timed batch of calls takes.</param>
/// <param name="Rounds">How many batches of each.</param>
internal sealed record Effort(TimeSpan Warming, TimeSpan Batch, int Rounds)
{
    /// <summary>For figures that are to be quoted.</summary>
    public static Effort Full { get; } = new(TimeSpan.FromMilliseconds(350), TimeSpan.FromMilliseconds(1.5), 101);

    /// <summary>
    /// The same for a difference of nanoseconds. Tiered compilation must have ended: it takes 30 calls, 100 ms of quiet, and the compiler's own time.
    /// </summary>
    public static Effort Nanoseconds { get; } = new(TimeSpan.FromSeconds(1.5), TimeSpan.FromMilliseconds(2), 301);

    /// <summary>For a look.</summary>
    public static Effort Quick { get; } = new(TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(0.5), 21);
}
