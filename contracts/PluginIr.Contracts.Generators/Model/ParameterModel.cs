namespace PluginIr.Generators.Model;

/// <summary>One parameter of a method in the user's source.</summary>
/// <param name="Type">The type with its namespace and nullability, after <c>ref</c>, <c>in</c> or <c>out</c>: <c>PluginIr.Tensor?</c>.</param>
/// <param name="IsOblivious">True for a reference type in code without nullable annotations, which fits both kinds.</param>
/// <param name="Name">The name without <c>@</c>.</param>
internal sealed record ParameterModel(string Type, bool IsOblivious, string Name);
