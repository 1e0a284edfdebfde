using PluginIr.Hosting.Events;
using PluginIr.Hosting.Plugins;

namespace PluginIr.Cli.Soaking.Faults;

/// <summary>What the host has said since the last look.</summary>
internal sealed class FaultEvents : IObserver<PluginEvent>, IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(2);

    private readonly Lock _lock = new();
    private readonly List<PluginEvent> _seen = [];
    private readonly IDisposable _subscription;

    public FaultEvents(PluginHost plugins) => _subscription = plugins.Events.Subscribe(this);

    /// <summary>Forgets what was said so far.</summary>
    public void Clear()
    {
        lock (_lock)
            _seen.Clear();
    }

    /// <summary>True when something of this kind was said of a generation.</summary>
    public bool Has(PluginEventKind kind, string generation)
    {
        lock (_lock)
            return _seen.Exists(e => e.Kind == kind && e.Generation == generation);
    }

    /// <summary>Waits for something to be said.</summary>
    /// <param name="kind">What.</param>
    /// <param name="saying">A text that it must contain.</param>
    /// <param name="generation">Of which generation; null for any, or a build that did not become one.</param>
    /// <exception cref="FaultException">It was not said within a time; the message says what was.</exception>
    public async Task<PluginEvent> WaitAsync(PluginEventKind kind, string saying, string? generation = null)
    {
        long start = Environment.TickCount64;
        while (Environment.TickCount64 - start < s_longest.TotalMilliseconds)
        {
            lock (_lock)
            {
                PluginEvent? found = _seen.Find(e =>
                    e.Kind == kind && (generation is null || e.Generation == generation) && (e.Detail ?? "").Contains(saying, StringComparison.Ordinal));
                if (found is not null)
                    return found;
            }

            await Task.Delay(s_look);
        }

        lock (_lock)
            throw new FaultException($"expected an event {kind} that says '{saying}'; found {string.Join("; ", _seen.Select(Describe).DefaultIfEmpty("none"))}");
    }

    /// <summary>An event in one line.</summary>
    public static string Describe(PluginEvent happened) =>
        $"{happened.Kind.ToString().ToLowerInvariant()} {happened.Generation ?? happened.Plugin}{(happened.Detail is null ? "" : ": ")}{happened.Detail}";

    public void OnNext(PluginEvent value)
    {
        lock (_lock)
            _seen.Add(value);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscription.Dispose();
}
