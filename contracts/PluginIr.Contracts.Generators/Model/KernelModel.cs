namespace PluginIr.Generators.Model;

/// <summary>A correct kernel.</summary>
/// <param name="Schema">The canonical schema text of its op.</param>
/// <param name="Method">Its method's name.</param>
/// <param name="SupportsArgs">Its predicate's name; null for none.</param>
/// <param name="Options">What its attribute says of it.</param>
internal sealed record KernelModel(string Schema, string Method, string? SupportsArgs, KernelOptions Options);
