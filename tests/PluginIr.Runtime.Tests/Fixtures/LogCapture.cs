using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>Keeps what a runtime logs, as text.</summary>
internal sealed class LogCapture(LogLevel minimum = LogLevel.Trace) : ILogger<IrRuntime>
{
    public ConcurrentQueue<(LogLevel Level, string Message)> Records { get; } = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Records.Enqueue((logLevel, formatter(state, exception)));
}
