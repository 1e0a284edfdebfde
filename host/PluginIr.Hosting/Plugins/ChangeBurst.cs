namespace PluginIr.Hosting.Plugins;

/// <summary>When changes are looked at: one that comes by itself at once, those of a burst when it has ended.</summary>
/// <remarks>
/// A burst is a change that follows one that was looked at already by less than <see cref="Close"/>, and all that follow it as closely. The system tells of one
/// change several times, at once; none of that has been looked at before. Times are from any one clock.
/// </remarks>
internal sealed class ChangeBurst
{
    /// <summary>What follows within this time belongs together.</summary>
    public static readonly TimeSpan Close = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_brief = TimeSpan.FromMilliseconds(5);

    private TimeSpan? _last;
    private bool _isLookedAt;
    private bool _isBurst;

    /// <summary>Something changed.</summary>
    public void Changed(TimeSpan now)
    {
        bool isClose = now - _last < Close;
        _isBurst = isClose && (_isBurst || _isLookedAt);
        _last = now;
        _isLookedAt = false;
    }

    /// <summary>What changed by now is looked at.</summary>
    public void Looking() => _isLookedAt = true;

    /// <summary>How long to wait before looking, unless something changes meanwhile; zero or less for not at all.</summary>
    public TimeSpan UntilQuiet(TimeSpan now) => (_isBurst ? s_quiet : s_brief) - (now - _last) ?? TimeSpan.Zero;
}
