using System.Threading.Channels;

namespace PluginIr.Hosting.Events;

/// <summary>Hands what happens to plugins to all who listen.</summary>
internal sealed class PluginEvents : IObservable<PluginEvent>
{
    // A listener that does not keep up loses its oldest events, never a swap.
    private const int Kept = 1024;

    private readonly Lock _lock = new();
    private readonly List<Channel<PluginEvent>> _listeners = [];

    /// <summary>Tells everybody.</summary>
    public void Raise(PluginEvent happened)
    {
        lock (_lock)
        {
            foreach (Channel<PluginEvent> listener in _listeners)
                listener.Writer.TryWrite(happened);
        }
    }

    /// <summary>Ends what is listened to, after the events that were raised before.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            foreach (Channel<PluginEvent> listener in _listeners)
                listener.Writer.TryComplete();
            _listeners.Clear();
        }
    }

    /// <summary>Everything from now on, until the listener stops or nothing can happen any more.</summary>
    public IAsyncEnumerable<PluginEvent> Listen(CancellationToken cancellationToken)
    {
        // Listening begins with the call, not with the first look at what it returns.
        Channel<PluginEvent> listener = Join();
        return Read(listener, cancellationToken);
    }

    /// <summary>Tells an observer, one event at a time, on a thread of the pool: an observer that is slow or throws holds nothing up.</summary>
    public IDisposable Subscribe(IObserver<PluginEvent> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, Join());
        _ = subscription.TellAsync(observer);
        return subscription;
    }

    private Channel<PluginEvent> Join()
    {
        var listener = Channel.CreateBounded<PluginEvent>(new BoundedChannelOptions(Kept) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
            _listeners.Add(listener);
        return listener;
    }

    private void Leave(Channel<PluginEvent> listener)
    {
        lock (_lock)
            _listeners.Remove(listener);
        listener.Writer.TryComplete();
    }

    private async IAsyncEnumerable<PluginEvent> Read(
        Channel<PluginEvent> listener, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (PluginEvent happened in listener.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return happened;
        }
        finally
        {
            Leave(listener);
        }
    }

    private sealed class Subscription(PluginEvents events, Channel<PluginEvent> listener) : IDisposable
    {
        private volatile bool _isDisposed;

        // What an observer throws ends its own subscription, as an unhandled exception of the task that nobody else waits for.
        public async Task TellAsync(IObserver<PluginEvent> observer)
        {
            try
            {
                await foreach (PluginEvent happened in listener.Reader.ReadAllAsync().ConfigureAwait(false))
                {
                    if (_isDisposed)
                        return;
                    observer.OnNext(happened);
                }

                if (!_isDisposed)
                    observer.OnCompleted();
            }
            finally
            {
                events.Leave(listener);
            }
        }

        public void Dispose()
        {
            _isDisposed = true;
            events.Leave(listener);
        }
    }
}
