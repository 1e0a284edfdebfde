using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace PluginIr.Hosting.Events;

/// <summary>Hands what happens to plugins to all who listen, and to the meter <c>PluginIr</c>.</summary>
internal sealed class PluginEvents
{
    // A listener that does not keep up loses its oldest events, never a swap.
    private const int Kept = 1024;

    private static readonly Meter s_meter = new("PluginIr");
    private static readonly Counter<long> s_count = s_meter.CreateCounter<long>("pluginir.plugin.events", "{event}", "What happened to plugins, by kind and plugin.");

    private readonly Lock _lock = new();
    private readonly List<Channel<PluginEvent>> _listeners = [];

    /// <summary>Tells everybody.</summary>
    public void Raise(PluginEvent happened)
    {
        s_count.Add(1, new("kind", happened.Kind.ToString().ToLowerInvariant()), new("plugin", happened.Plugin));
        lock (_lock)
        {
            foreach (Channel<PluginEvent> listener in _listeners)
                listener.Writer.TryWrite(happened);
        }
    }

    /// <summary>Everything from now on, until the listener stops.</summary>
    public IAsyncEnumerable<PluginEvent> Listen(CancellationToken cancellationToken)
    {
        // Listening begins with the call, not with the first look at what it returns.
        var listener = Channel.CreateBounded<PluginEvent>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
            _listeners.Add(listener);
        return Read(listener, cancellationToken);
    }

    private async IAsyncEnumerable<PluginEvent> Read(Channel<PluginEvent> listener, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (PluginEvent happened in listener.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return happened;
        }
        finally
        {
            lock (_lock)
                _listeners.Remove(listener);
        }
    }
}
