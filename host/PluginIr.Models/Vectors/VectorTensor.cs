namespace PluginIr.Models.Vectors;

/// <summary>One tensor of a <see cref="VectorCase"/>.</summary>
/// <param name="Name">The op's name for it.</param>
/// <param name="Value">The tensor, which belongs to the <see cref="VectorFile"/>; null for an optional input that was not given.</param>
public sealed record VectorTensor(string Name, Tensor? Value);
