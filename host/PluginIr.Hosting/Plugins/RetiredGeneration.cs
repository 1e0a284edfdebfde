namespace PluginIr.Hosting.Plugins;

/// <summary>A generation that is out of the registry and still in memory.</summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Generation">Which: <c>PluginIr.CpuSimd 0.1.0 (generation 1)</c>.</param>
/// <param name="State">What it waits for.</param>
/// <param name="Since">When it left the registry.</param>
/// <param name="Detail">What is known of why it stays; null while nothing is out of the ordinary.</param>
public sealed record RetiredGeneration(string Plugin, string Generation, RetiredState State, DateTimeOffset Since, string? Detail);
