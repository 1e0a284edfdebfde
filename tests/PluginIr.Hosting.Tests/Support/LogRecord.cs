using Microsoft.Extensions.Logging;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>One line of the log.</summary>
internal sealed record LogRecord(LogLevel Level, int EventId, string Message);
