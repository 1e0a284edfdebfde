namespace PluginIr.Cli.Soaking;

/// <summary>What came of everything that one thread did. Other threads read it meanwhile.</summary>
internal sealed class SoakTally
{
    private long _done, _failed, _wrong;

    /// <summary>How often something was done.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>How often it threw.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>How often its result was not what it must be.</summary>
    public long Wrong => Interlocked.Read(ref _wrong);

    /// <summary>The first exception; null when there was none.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Does something once.</summary>
    /// <param name="isRight">Does it, and says whether its result is right.</param>
    /// <param name="subject">What it is done with.</param>
    public void Count<T>(Func<T, bool> isRight, T subject)
    {
        try
        {
            if (!isRight(subject))
                Interlocked.Increment(ref _wrong);
        }
        catch (Exception failure)
        {
            Failure ??= failure;
            Interlocked.Increment(ref _failed);
        }

        Interlocked.Increment(ref _done);
    }
}
