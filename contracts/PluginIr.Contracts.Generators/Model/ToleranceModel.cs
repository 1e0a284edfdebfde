namespace PluginIr.Generators.Model;

/// <summary>One <c>[Tolerance]</c> of an op.</summary>
/// <param name="DType">The dtype's value in the enum.</param>
/// <param name="Absolute">The absolute tolerance.</param>
/// <param name="Relative">The relative tolerance.</param>
internal sealed record ToleranceModel(int DType, double Absolute, double Relative);
