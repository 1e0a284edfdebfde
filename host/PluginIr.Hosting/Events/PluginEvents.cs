using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace PluginIr.Hosting.Events;

/// <summary>Hands what happens to plugins to all who listen.</summary>
/// <param name="logger">Where it is logged that an observer threw.</param>
internal sealed class PluginEvents(ILogger logger) : IObservable<PluginEvent>
{
    // A listener that does not keep up loses its oldest events, never a swap.
    private const int Kept = 1024;

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private readonly List<Channel<PluginEvent>> _listeners = [];
    private bool _isCompleted;

    /// <summary>Tells everybody.</summary>
    public void Raise(PluginEvent happened)
    {
        lock (_lock)
        {
            foreach (Channel<PluginEvent> listener in _listeners)
                listener.Writer.TryWrite(happened);
        }
    }

    /// <summary>Ends what is listened to, after the events that were raised before. Who listens from now on is told of the end at once.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            foreach (Channel<PluginEvent> listener in _listeners)
                listener.Writer.TryComplete();
            _listeners.Clear();
            _isCompleted = true;
        }
    }

    /// <summary>Everything from now on, until the listener stops or nothing can happen any more.</summary>
    public IAsyncEnumerable<PluginEvent> Listen(CancellationToken cancellationToken)
    {
        // Listening begins with the call, not with the first look at what it returns.
        Channel<PluginEvent> listener = Join();
        return Read(listener, cancellationToken);
    }

    /// <summary>
    /// Tells an observer, one event at a time, on a thread of the pool: an observer that is slow or throws holds nothing up. What it throws is
    /// logged, and it is told no more.
    /// </summary>
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
        {
            if (_isCompleted)
                listener.Writer.TryComplete();
            else
                _listeners.Add(listener);
        }

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

        // Nobody waits for the task: what an observer throws ends its own subscription, and is to be found in the log.
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
            catch (Exception failure)
            {
                Log.ObserverFailed(events._logger, failure);
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
