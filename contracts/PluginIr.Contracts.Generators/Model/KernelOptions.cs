namespace PluginIr.Generators.Model;

/// <summary>What a <c>[Kernel]</c> says besides names.</summary>
/// <param name="DTypes">The value of the <c>PluginIr.DTypes</c> enum; null when not given.</param>
/// <param name="Inplace">How outputs may relate to activations.</param>
/// <param name="BatchInvariant">True when a row's result does not depend on the number of rows.</param>
/// <param name="Strided">True when tensors may be strided.</param>
/// <param name="Alignment">The alignment in bytes.</param>
/// <param name="SameDType">True when floating-point inputs must be of one dtype.</param>
/// <param name="Without">The optional inputs that must not be given.</param>
internal sealed record KernelOptions(
    int? DTypes, InplaceMode Inplace, bool BatchInvariant, bool Strided, int Alignment, bool SameDType, EquatableArray<string> Without);
