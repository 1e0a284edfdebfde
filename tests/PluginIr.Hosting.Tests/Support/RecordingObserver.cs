using System.Collections.Concurrent;
using PluginIr.Hosting.Events;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>Notes what it is told.</summary>
internal sealed class RecordingObserver : IObserver<PluginEvent>
{
    private readonly ConcurrentQueue<PluginEventKind> _kinds = new();

    public IReadOnlyCollection<PluginEventKind> Kinds => _kinds;

    public bool IsCompleted { get; private set; }

    public bool Throws { get; init; }

    public void OnNext(PluginEvent value)
    {
        if (Throws)
            throw new InvalidOperationException("an observer that throws");
        _kinds.Enqueue(value.Kind);
    }

    public void OnCompleted() => IsCompleted = true;

    public void OnError(Exception error) => throw error;
}
