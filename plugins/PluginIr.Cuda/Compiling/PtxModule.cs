namespace PluginIr.Cuda.Compiling;

/// <summary>A compiled kernel.</summary>
/// <param name="EntryPoint">The name of its function in the text.</param>
/// <param name="Text">The PTX.</param>
internal sealed record PtxModule(string EntryPoint, string Text);
