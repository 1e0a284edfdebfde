namespace PluginIr.Generators.Model;

/// <summary>A fusion that can be registered.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Name">Its name.</param>
internal sealed record FusionModel(ClassModel Class, string Name);
