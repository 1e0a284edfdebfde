namespace PluginIr.Generators.Model;

/// <summary>An op class as it stands in the source, wrong ones included.</summary>
/// <param name="Location">Its attribute.</param>
/// <param name="Op">What kernels must know of it; null when not even the schema can be read.</param>
/// <param name="Model">What to generate from; null when something is wrong.</param>
/// <param name="Diagnostics">What is wrong.</param>
internal sealed record OpDeclaration(LocationInfo? Location, KnownOp? Op, OpModel? Model, EquatableArray<DiagnosticInfo> Diagnostics);
