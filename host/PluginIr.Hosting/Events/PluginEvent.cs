namespace PluginIr.Hosting.Events;

/// <summary>Something that happened to a plugin. Text only: keeping it keeps no plugin loaded.</summary>
/// <param name="Kind">What.</param>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Generation">Which generation, as text; null when the build did not become one.</param>
/// <param name="Time">When.</param>
/// <param name="Detail">Why; null when there is nothing to explain.</param>
public sealed record PluginEvent(PluginEventKind Kind, string Plugin, string? Generation, DateTimeOffset Time, string? Detail);
