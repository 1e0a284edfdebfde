using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PluginIr.Runtime;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>Keeps what a runtime logs, as text.</summary>
internal sealed class LogCapture : ILogger<IrRuntime>
{
    public ConcurrentQueue<string> Messages { get; } = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Messages.Enqueue(formatter(state, exception));
}
