using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>Keeps what is logged, as text.</summary>
internal sealed class LogCapture : ILoggerProvider, ILogger
{
    public ConcurrentQueue<LogRecord> Records { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public ILogger<T> For<T>()
    {
        using var factory = new LoggerFactory([this]);
        return factory.CreateLogger<T>();
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Records.Enqueue(new LogRecord(logLevel, eventId.Id, formatter(state, exception), exception?.ToString()));

    public void Dispose()
    {
    }
}
