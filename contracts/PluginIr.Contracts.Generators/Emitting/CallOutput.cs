namespace PluginIr.Generators.Emitting;

/// <summary>One output of a typed call.</summary>
/// <param name="SchemaName">Its name in the schema.</param>
/// <param name="Name">Its C# name, escaped.</param>
/// <param name="Spec">The local that holds its inferred spec.</param>
/// <param name="Activation">The activation whose memory it may take; null when the op does not allow that.</param>
internal sealed record CallOutput(string SchemaName, string Name, string Spec, CallInput? Activation);
