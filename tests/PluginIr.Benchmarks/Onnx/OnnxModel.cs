namespace PluginIr.Benchmarks.Onnx;

/// <summary>A model and the tensors that it works on.</summary>
/// <param name="Graph">The model.</param>
/// <param name="Inputs">The inputs' memory by name.</param>
/// <param name="Outputs">The outputs' memory by name, in the order of the op's outputs.</param>
/// <param name="Owned">Tensors that were made for it, to be disposed with it.</param>
internal sealed record OnnxModel(
    OnnxGraph Graph, IReadOnlyList<(string Name, Tensor Tensor)> Inputs, IReadOnlyList<(string Name, Tensor Tensor)> Outputs, IReadOnlyList<Tensor> Owned);
