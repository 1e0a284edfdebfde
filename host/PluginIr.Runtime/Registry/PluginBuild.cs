namespace PluginIr.Runtime.Registry;

/// <summary>Which build of which plugin.</summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Number">The generation's number, from 1.</param>
/// <param name="Version">The version in the manifest.</param>
/// <param name="ContentHash">A hash of all its files.</param>
public sealed record PluginBuild(string Plugin, int Number, string Version, string ContentHash);
