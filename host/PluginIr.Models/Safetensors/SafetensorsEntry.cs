namespace PluginIr.Models.Safetensors;

/// <summary>What a safetensors header says of one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DTypeName">Its dtype as the file writes it, e.g. <c>BF16</c>.</param>
/// <param name="Spec">Its dtype and shape; null when a <see cref="Tensor"/> cannot have them.</param>
/// <param name="Shape">Its sizes, outermost first.</param>
/// <param name="Begin">Its first byte, counted from the start of the file's data.</param>
/// <param name="End">One past its last byte.</param>
public sealed record SafetensorsEntry(
    string Name, string DTypeName, TensorSpec? Spec, IReadOnlyList<long> Shape, long Begin, long End);
