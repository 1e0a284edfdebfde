using Microsoft.Extensions.Logging;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>One line of the log.</summary>
/// <param name="Level">Its level.</param>
/// <param name="EventId">Its event's number.</param>
/// <param name="Message">Its text.</param>
/// <param name="Exception">What was thrown and where, as text, which keeps no plugin loaded; null for nothing.</param>
internal sealed record LogRecord(LogLevel Level, int EventId, string Message, string? Exception);
